//! What all sessions of a stage have in common.

use std::{path::PathBuf, sync::Arc};

use doublure_fixtures::Contract;

use crate::{StageConfig, names::House};

/// Settings, tables and names.
pub(crate) struct Common {
    pub(crate) config: StageConfig,
    pub(crate) contract: Arc<Contract>,
    /// What a scenario may name.
    pub(crate) names: House,
}

impl Common {
    pub(crate) fn new(config: StageConfig) -> Self {
        let contract = Contract::built_in();
        Self {
            config,
            names: House::new(Arc::clone(&contract)),
            contract,
        }
    }

    /// Cases that no call brings to light as long as checks come before them, each with the reason.
    pub(crate) fn unreachable_cases(&self) -> Vec<(PathBuf, String)> {
        match &self.config.cases {
            Some(cases) => doublure_gateway::unreachable_cases(cases, &self.contract),
            None => Vec::new(),
        }
    }
}
