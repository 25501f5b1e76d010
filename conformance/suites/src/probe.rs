//! A caller of our own: says what it asks, from which address, and when it gives up.

mod binding;
mod endpoint;
mod failure;
pub(crate) mod shown;
mod wire;

use std::{collections::BTreeMap, future::Future, net::IpAddr, net::Ipv4Addr, time::Duration};

use bytes::Bytes;
use doublure_control::patience;
use doublure_fixtures::contract::{Operation, Whom};
use doublure_journal::{Failure, RequestSeen, ResponseSeen};

pub(crate) use binding::Binding;
pub(crate) use endpoint::Endpoint;
pub(crate) use shown::Shown;
pub(crate) use wire::Flood;

/// One request as a trial wants it sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// HTTP method; `GET` when empty.
    pub method: String,
    /// Scheme and authority where it is not the target that is asked; none: the target.
    pub base: Option<String>,
    /// Path and query, beneath the base URL.
    pub target: String,
    /// Operation id, where it is one of the tables.
    pub operation: Option<String>,
    /// The one asked about: SIREN, SIRET or another number.
    pub entity: Option<String>,
    /// Name of the token to show; none: no token.
    pub token: Option<String>,
    /// The address it comes from; the system's choice when missing.
    pub from: Option<IpAddr>,
    /// More headers.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: String,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A whole answer.
    Whole(ResponseSeen),
    /// None, or a part of one.
    Failed(Failure, Option<ResponseSeen>),
}

impl Ask {
    /// An operation about one, with everything that it demands.
    pub fn operation(operation: &Operation, whom: Whom) -> Self {
        let path = operation.path_for(whom);
        Self {
            target: if operation.tracing {
                format!("{path}?{TRACING}")
            } else {
                path
            },
            operation: Some(operation.id.clone()),
            entity: operation.entity_for(whom),
            token: Some(STANDARD.to_owned()),
            from: Some(Self::address(2)),
            ..Self::default()
        }
    }

    /// What stands open, from nobody in particular.
    pub(crate) fn without_token(target: &str) -> Self {
        Self {
            target: target.to_owned(),
            from: Some(Self::address(2)),
            ..Self::default()
        }
    }

    /// The same from 127.0.0.`last`.
    #[must_use]
    pub fn from_address(mut self, last: u8) -> Self {
        self.from = Some(Self::address(last));
        self
    }

    /// What the journal is told of it.
    pub(crate) fn seen(&self) -> RequestSeen {
        RequestSeen {
            method: self.method().to_owned(),
            target: format!(
                "{}{}",
                self.base.as_deref().unwrap_or_default(),
                self.target
            ),
            address: self.from.map(|ip| (ip, 0).into()),
            operation: self.operation.clone(),
            entity: self.entity.clone(),
            token: self.token.clone(),
            headers: self.headers.clone().into_iter().collect(),
            ..RequestSeen::default()
        }
    }

    pub(crate) fn method(&self) -> &str {
        if self.method.is_empty() {
            "GET"
        } else {
            &self.method
        }
    }

    const fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))
    }
}

impl Answer {
    /// Status of a whole answer.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Whole(seen) => Some(seen.status),
            Self::Failed(..) => None,
        }
    }

    /// Text of the body of a whole answer.
    pub fn text(&self) -> &str {
        match self {
            Self::Whole(ResponseSeen {
                body: Some(body), ..
            }) => &body.text,
            _ => "",
        }
    }
}

/// Sends a request on a connection of its own and waits for the whole answer until `give_up` is done.
pub(crate) async fn send(
    endpoint: &Endpoint,
    ask: &Ask,
    token: Option<&Shown>,
    give_up: impl Future<Output = ()>,
) -> Answer {
    let mut head = None;
    let answer = tokio::select! {
        biased;
        answer = wire::exchange(endpoint, ask, token, &mut head) => Some(answer),
        () = give_up => None,
    };
    answer.unwrap_or(Answer::Failed(Failure::GaveUp, head))
}

/// Gives up after so much real time: what is waited for is outside every session.
pub(crate) async fn after(limit: Duration) {
    // Nothing is awaited but the limit itself.
    patience(limit, std::future::pending::<()>()).await;
}

/// Bytes of a body as the journal keeps them.
pub(crate) fn captured(bytes: &Bytes) -> doublure_journal::Body {
    let kept = &bytes[..bytes.len().min(CAPTURED)];
    doublure_journal::Body {
        text: String::from_utf8_lossy(kept).into_owned(),
        length: bytes.len() as u64,
        cut: bytes.len() > CAPTURED,
    }
}

/// Name of the token that probes show unless told otherwise.
pub(crate) const STANDARD: &str = "standard";
/// Why, for whom and in what frame probes call.
const TRACING: &str = "context=Essai+de+conformite&recipient=13002526500013&object=Doublure";
const CAPTURED: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    fn of(id: &str) -> Ask {
        let contract = Contract::built_in();
        let whom = Whom::of("418166096".parse().unwrap());
        Ask::operation(contract.operation(id).unwrap(), whom)
    }

    #[test]
    fn an_operation_is_asked_with_all_that_it_demands() {
        let ask = of("api_entreprise_v3_insee_unites_legales");

        assert_eq!(
            ask.target,
            "/v3/insee/sirene/unites_legales/418166096\
             ?context=Essai+de+conformite&recipient=13002526500013&object=Doublure"
        );
        assert_eq!(ask.entity.as_deref(), Some("418166096"));
    }

    #[test]
    fn an_operation_without_parameter_is_about_nobody() {
        let ask = of("api_entreprise_privileges");

        assert_eq!(ask.target, "/privileges");
        assert_eq!(ask.entity, None);
    }

    #[test]
    fn a_long_body_is_cut_and_the_cut_is_told() {
        let body = captured(&Bytes::from(vec![b'a'; CAPTURED + 1]));

        assert_eq!(body.text.len(), CAPTURED);
        assert_eq!(body.length, CAPTURED as u64 + 1);
        assert!(body.cut);
    }
}
