//! Asking a provider: whom, for how long, and what its trouble is to the caller.

use doublure_fixtures::contract::ProviderRow;
use doublure_kernel::Parent;

use crate::{
    Gateway,
    call::Call,
    harmonise,
    refusal::Refusal,
    route::Target,
    sources::{Ask, Question, Raw, Way},
    trouble::{Class, Trouble},
};

/// Asks a provider what an operation is asked, without a limit in time.
pub(crate) async fn ask(
    gateway: &Gateway,
    call: &Call,
    target: &Target,
    ask: Ask,
) -> Result<Raw, Trouble> {
    let question = Question {
        call: ask.call,
        entity: &target.entity,
        arguments: &target.arguments,
        file: "",
    };
    let sources = target.operation.providers.len();
    put(gateway, parent(gateway, call, sources), ask, question).await
}

/// Puts a question to a provider, without a limit in time.
pub(crate) async fn put(
    gateway: &Gateway,
    parent: Parent,
    ask: Ask,
    question: Question<'_>,
) -> Result<Raw, Trouble> {
    let known = gateway.upstreams.get(ask.provider);
    let (upstream, logins) = known.ok_or(Class::Unavailable)?;
    let way = Way {
        session: &gateway.session,
        parent,
        upstream,
        logins,
    };
    (ask.go)(&way, question).await
}

/// The exchange in which so many sources are asked. `plain` passes one on as it comes; of several it makes one answer,
/// and what breaks in one of them is its own to meet.
pub(crate) const fn parent(gateway: &Gateway, call: &Call, sources: usize) -> Parent {
    match gateway.policy.plain && sources == 1 {
        true => Parent::passing_on(call.exchange.id),
        false => Parent::within(call.exchange.id),
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
        row(gateway, ask),
        policy.edition,
        policy.leaks_provider_words,
    )
}

/// The row of a provider.
fn row(gateway: &Gateway, ask: Ask) -> &ProviderRow {
    gateway
        .contract
        .provider(ask.provider)
        .expect("a test finds every provider of the plans in the contract tables")
}
