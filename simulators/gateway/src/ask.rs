//! Asking a provider: whom, for how long, and what its trouble is to the caller.

use doublure_fixtures::contract::ProviderRow;

use crate::{
    Gateway,
    call::Call,
    harmonise,
    refusal::Refusal,
    route::Target,
    sources::{Question, Raw, Way, dgfip, infogreffe, insee, urssaf},
    trouble::{Class, Trouble},
};

/// Whom to ask, by which of its calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ask {
    /// INSEE.
    Insee(&'static str),
    /// Infogreffe.
    Infogreffe,
    /// URSSAF.
    Urssaf,
    /// DGFIP.
    Dgfip,
}

impl Ask {
    /// Id of the provider.
    pub(crate) const fn provider(self) -> &'static str {
        match self {
            Self::Insee(_) => "insee",
            Self::Infogreffe => "infogreffe",
            Self::Urssaf => "urssaf",
            Self::Dgfip => "dgfip",
        }
    }

    /// The row of the provider.
    pub(crate) fn row(self, gateway: &Gateway) -> &ProviderRow {
        gateway
            .contract
            .provider(self.provider())
            .expect("a test finds every provider of the plans in the contract tables")
    }

    /// Asks, without a limit in time.
    pub(crate) async fn ask(
        self,
        gateway: &Gateway,
        call: &Call,
        entity: &str,
    ) -> Result<Raw, Trouble> {
        let known = gateway.upstreams.get(self.provider());
        let (upstream, logins) = known.ok_or(Class::Unavailable)?;
        let way = Way {
            session: &gateway.session,
            parent: call.exchange.id,
            upstream,
            logins,
        };
        let question = |call| Question { call, entity };
        match self {
            Self::Insee(call) => insee::ask(&way, question(call)).await,
            Self::Infogreffe => infogreffe::ask(&way, question(infogreffe::EXTRAIT)).await,
            Self::Urssaf => urssaf::ask(&way, question("attestation")).await,
            Self::Dgfip => dgfip::ask(&way, question("attestation-fiscale")).await,
        }
    }
}

/// Work on a provider, within the deadline of the operation.
pub(crate) async fn in_time<T>(
    gateway: &Gateway,
    target: &Target,
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    let deadline = gateway.deadline(&target.operation);
    let done = gateway.session.clock().within(deadline, work).await;
    done.unwrap_or_else(|_| Err(Class::Late.into()))
}

/// The refusal that a provider's trouble leads to.
pub(crate) fn refusal(gateway: &Gateway, ask: Ask, trouble: &Trouble) -> Refusal {
    let policy = &gateway.policy;
    harmonise::refusal(
        trouble,
        ask.row(gateway),
        policy.edition,
        policy.leaks_provider_words,
    )
}
