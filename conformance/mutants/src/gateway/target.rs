//! A mutant as a gateway under test.

use doublure_control::{Client, NewSession, Trust};
use doublure_fixtures::Edition;
use doublure_suites::{GatewayUnderTest, SimulatedGateway, Started, Starting, TrialError};

use super::Mutant;
use crate::{
    front::{Flaw, Front},
    proxy::{Proxy, Sabotage},
};

/// The simulated gateway, broken; it still declares what the edition says.
#[derive(Clone, Debug)]
pub struct BrokenGateway {
    simulated: SimulatedGateway,
    sabotage: Option<Sabotage>,
    flaw: Flaw,
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
            flaw: mutant.flaw(),
        }
    }

    /// The positive control of the proxy: it stands before the faithful gateway and spoils nothing.
    pub fn behind_a_faithful_proxy(control: Client, edition: Edition) -> Self {
        Self {
            simulated: SimulatedGateway::new(control, edition),
            sabotage: Some(Sabotage::Nothing),
            flaw: Flaw::None,
        }
    }

    async fn create(&self, wish: &NewSession) -> Result<Started, TrialError> {
        let mut started = self.simulated.start(wish).await?;
        if started.base_url.starts_with("https:") {
            self.put_front(&mut started).await?;
        } else if let Some(sabotage) = self.sabotage {
            let proxy = Proxy::start(&started.base_url, sabotage)
                .await
                .map_err(|error| TrialError::Target(format!("no proxy: {error}")))?;
            proxy.base_url().clone_into(&mut started.base_url);
            started.keep.push(Box::new(proxy));
        }
        Ok(started)
    }

    /// Puts a front before a gateway that speaks TLS: what is asked in it, no proxy reads.
    async fn put_front(&self, started: &mut Started) -> Result<(), TrialError> {
        let none = |error: std::io::Error| TrialError::Target(format!("no front: {error}"));
        let names = &started.profile.gateway.host_names;
        let front = Front::start(&started.base_url, names, self.flaw)
            .await
            .map_err(none)?;
        if let Some(authority) = front.authority() {
            started.trust = Some(Trust::of_pem(authority.as_bytes()).map_err(none)?);
        }
        front.base_url().clone_into(&mut started.base_url);
        started.keep.push(Box::new(front));
        Ok(())
    }
}

impl GatewayUnderTest for BrokenGateway {
    fn start<'a>(&'a self, wish: &'a NewSession) -> Starting<'a> {
        Box::pin(self.create(wish))
    }
}
