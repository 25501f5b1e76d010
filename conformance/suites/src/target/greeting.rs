//! Before the first trial: whether there is anything to be put to the test, told once and not by each trial.

use doublure_control::{ClockSetting, NewSession, TlsVersion};
use doublure_fixtures::tokens;
use doublure_journal::{Failure, Handshake, Moment};

use super::ForeignGateway;
use crate::{
    TrialError,
    probe::{self, Answer, Ask, Endpoint},
};

impl ForeignGateway {
    /// Looks whether Doublure can stand in the places of its providers, whether its tokens are of use, and whether it
    /// is there and speaks HTTP.
    ///
    /// # Errors
    /// What keeps every trial from its work, with the field of the target file to look at.
    pub(super) async fn greet(&self) -> Result<(), TrialError> {
        let endpoint = Endpoint::parse(&self.base_url)
            .map_err(TrialError::Target)?
            .believed_by(self.trust.clone());
        let reached = endpoint.reach(self.patience.reach()).await;
        reached.map_err(TrialError::Target)?;
        let now = self.stand_in().await?;
        self.look_at_tokens(now).map_err(TrialError::Target)?;
        self.say_something(&endpoint, now)
            .await
            .map_err(TrialError::Target)
    }

    /// Plays its providers for a moment; gives the time.
    async fn stand_in(&self) -> Result<Moment, TrialError> {
        let wanted = NewSession {
            clock: ClockSetting::Real,
            without_gateway: true,
            provider_addresses: self.providers.clone(),
            ..NewSession::default()
        };
        let created = self.control.create(&wanted).await.map_err(|error| {
            TrialError::Target(format!(
                "`gateway.providers`: Doublure cannot stand there: {error}"
            ))
        });
        let (session, view) = created?;
        session.end().await?;
        Ok(view.clock.now)
    }

    /// A token that is past its time spoils every verdict that needs a good one.
    fn look_at_tokens(&self, now: Moment) -> Result<(), String> {
        if self.clock.is_some() {
            // Its time need not be ours.
            return Ok(());
        }
        for name in GOOD {
            let claims = self.tokens.get(name).and_then(|raw| tokens::claims_of(raw));
            let expiry = claims.map(|claims| Moment::from_unix_seconds(claims.exp));
            if let Some(expiry) = expiry.filter(|expiry| *expiry <= now) {
                return Err(format!(
                    "`gateway.tokens.{name}`: this token expired at {expiry}: name one that is in its time"
                ));
            }
        }
        Ok(())
    }

    /// Asks for something without a token, which spends nobody's quota; any answer will do that a gateway may give.
    async fn say_something(&self, endpoint: &Endpoint, now: Moment) -> Result<(), String> {
        let ask = Ask {
            target: OPEN_TO_NOBODY.to_owned(),
            ..Ask::default()
        };
        let patience = self.patience.answer();
        let base = &self.base_url;
        match probe::send(endpoint, &ask, None, probe::after(patience)).await {
            Answer::Whole(answer) => {
                let seen = (OPEN_TO_NOBODY, &answer);
                self.is_no_stranger(endpoint, seen, now).await
            }
            Answer::Failed(_, Some(_)) => Ok(()),
            Answer::Failed(Failure::GaveUp, None) => Err(format!(
                "`gateway.base_url`: {base} takes connections and answers nothing to GET {OPEN_TO_NOBODY} within {patience:?} \
                 (`gateway.patience.answer_ms`): does it hang, or is the address of the harness banned there still?"
            )),
            Answer::Failed(..) if base.starts_with("https:") => {
                let host = endpoint.host();
                let shaken = endpoint.try_handshake(TlsVersion::V13, host).await;
                Err(format!(
                    "`gateway.base_url`, {base}: {} (--only 'gw.tls.*' judges how it speaks TLS)",
                    amiss(&shaken, host)
                ))
            }
            Answer::Failed(failure, None) => Err(format!(
                "`gateway.base_url`: {base} does not answer in HTTP to GET {OPEN_TO_NOBODY} ({}): is it a gateway, does it want https?",
                in_words(failure)
            )),
        }
    }
}

/// Whether trials can begin: see [`ForeignGateway::greet`].
pub(super) async fn greet(target: Option<ForeignGateway>) -> Result<(), TrialError> {
    match target {
        Some(gateway) => gateway.greet().await,
        None => Ok(()),
    }
}

/// Why nothing can be asked in TLS, and the field to look at.
fn amiss(shaken: &Handshake, host: &str) -> String {
    match (&shaken.refused, &shaken.certificate) {
        (Some(why), _) => format!("TLS is not agreed on ({why}): does it speak http?"),
        (None, Some(seen)) if !seen.believed => {
            "its certificate is of an authority that is not believed: name the authority's file in `gateway.authority`"
                .to_owned()
        }
        (None, Some(seen)) => format!(
            "its certificate, in force from {} to {}, is for {}: is `{host}` in `gateway.base_url` one of these names?",
            seen.from,
            seen.until,
            seen.names.join(", ")
        ),
        (None, None) => "the connection ended before an answer".to_owned(),
    }
}

const fn in_words(failure: Failure) -> &'static str {
    match failure {
        Failure::Malformed => "what came is no HTTP",
        Failure::Reset => "the connection was reset",
        _ => "the connection was closed",
    }
}

/// What every gateway has a word for: without a token, a refusal.
const OPEN_TO_NOBODY: &str = "/privileges";
/// Names of tokens that are shown as good ones.
const GOOD: [&str; 4] = ["standard", "second", "third", "sanity"];
