//! A mutant as a gateway under test.

use doublure_control::{Client, NewSession};
use doublure_fixtures::Edition;
use doublure_suites::{GatewayUnderTest, SimulatedGateway, Started, Starting, TrialError};

use super::Mutant;
use crate::proxy::{Proxy, Sabotage};

/// The simulated gateway, broken; it still declares what the edition says.
#[derive(Clone, Debug)]
pub struct BrokenGateway {
    simulated: SimulatedGateway,
    sabotage: Option<Sabotage>,
}

impl BrokenGateway {
    /// A mutant.
    pub fn new(control: Client, edition: Edition, mutant: &Mutant) -> Self {
        let faithful = SimulatedGateway::new(control, edition);
        Self {
            simulated: SimulatedGateway {
                overrides: mutant.overrides(edition),
                ..faithful
            },
            sabotage: mutant.sabotage(),
        }
    }

    /// The positive control of the proxy: it stands before the faithful gateway and spoils nothing.
    pub fn behind_a_faithful_proxy(control: Client, edition: Edition) -> Self {
        Self {
            simulated: SimulatedGateway::new(control, edition),
            sabotage: Some(Sabotage::Nothing),
        }
    }

    async fn create(&self, wish: &NewSession) -> Result<Started, TrialError> {
        let mut started = self.simulated.start(wish).await?;
        if let Some(sabotage) = self.sabotage {
            let proxy = Proxy::start(&started.base_url, sabotage)
                .await
                .map_err(|error| TrialError::Target(format!("no proxy: {error}")))?;
            proxy.base_url().clone_into(&mut started.base_url);
            started.keep.push(Box::new(proxy));
        }
        Ok(started)
    }
}

impl GatewayUnderTest for BrokenGateway {
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a> {
        Box::pin(self.create(wish))
    }
}
