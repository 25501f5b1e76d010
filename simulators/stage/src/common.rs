//! What all sessions of a stage have in common.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use doublure_control::NewSession;
use doublure_fixtures::{Contract, contract::OFFICIAL_HOSTS};
use doublure_kernel::{Authority, FaultLog, Tls, TlsError};
use http::StatusCode;

use crate::{StageConfig, names::House, problem::Refusal};

/// Settings, tables and names.
pub(crate) struct Common {
    pub(crate) config: StageConfig,
    pub(crate) contract: Arc<Contract>,
    /// What a scenario may name.
    pub(crate) names: House,
    /// Told of every fault that is asked about an exchange.
    pub(crate) fault_log: Option<FaultLog>,
    /// Signs for every session that speaks TLS; made when the first one wants it.
    authority: OnceLock<Authority>,
}

/// What the sockets of a session need to speak TLS.
pub(crate) struct Security {
    pub(crate) tls: Tls,
    /// Certificate of the authority, in PEM.
    pub(crate) authority: String,
}

impl Common {
    pub(crate) fn new(config: StageConfig) -> Self {
        let contract = Contract::built_in();
        Self {
            config,
            fault_log: None,
            names: House::new(Arc::clone(&contract)),
            contract,
            authority: OnceLock::new(),
        }
    }

    /// What the sockets of such a session need, where they are to speak TLS.
    pub(crate) fn security(&self, new: &NewSession) -> Result<Option<Security>, Refusal> {
        if !new.tls {
            return Ok(None);
        }
        let secured = || {
            let authority = match self.authority.get() {
                Some(authority) => authority,
                None => {
                    let made = Authority::new()?;
                    // Of two that were made at once, one is kept.
                    self.authority.get_or_init(|| made)
                }
            };
            Ok(Security {
                tls: authority.certify(&certified(new))?,
                authority: authority.pem(),
            })
        };
        secured().map(Some).map_err(|error: TlsError| {
            Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).at("tls")
        })
    }

    /// Cases that no call brings to light as long as checks come before them, each with the reason.
    pub(crate) fn unreachable_cases(&self) -> Vec<(PathBuf, String)> {
        match &self.config.cases {
            Some(cases) => doublure_gateway::unreachable_cases(cases, &self.contract),
            None => Vec::new(),
        }
    }
}

/// One common name and many others: every host that is played, and the addresses they are played at.
fn certified(new: &NewSession) -> Vec<String> {
    let official = OFFICIAL_HOSTS.iter().map(ToString::to_string);
    let providers = doublure_providers::IDS.iter();
    let providers = providers.map(|id| format!("{id}.doublure.test"));
    let addresses = new.provider_addresses.values().chain(&new.gateway_address);
    let addresses = addresses.map(SocketAddr::ip).filter(|ip| !ip.is_loopback());
    official
        .chain(HERE.iter().map(ToString::to_string))
        .chain(providers)
        .chain(addresses.map(|ip| ip.to_string()))
        .collect()
}

/// How this machine is called by itself.
const HERE: [&str; 4] = ["localhost", "127.0.0.1", "::1", "doublure.test"];
