//! Good and bad tokens, and what they are good for.

use std::time::Duration;

use doublure_fixtures::contract::Whom;
use doublure_journal::{CaptureLevel, Moment};
use doublure_rules::Capability;

use super::{AGGREGATE, COMPANY, REGISTER, RIGHTS, Trial, VIGILANCE, names, operation, serves};
use crate::{
    Bench, TrialError,
    cast::Cast,
    gateway::{questions::NO_COMPANY, status::PING, trace::NO_VERSION},
    probe::{Ask, shown},
    runner::Boxed,
};

pub(super) const TRIAL: Trial = Trial {
    name: names::TOKENS,
    about: "Calls without a token, with each that the target names and with a good one spoilt in each way; good ones \
            ask for their rights and use them, also where nothing is to be had: about nobody, about no company, in a \
            version that is none, for a ping, about a company that was merged; where the clock can be moved, a new \
            one is used until its life is over.",
    capture: CaptureLevel::Full,
    act,
};

fn act(bench: &Bench) -> Boxed<'_, Result<(), TrialError>> {
    Box::pin(async {
        let cast = Cast::new(bench.seed());
        let call = |id: &str, token: Option<&str>| -> Result<Ask, TrialError> {
            Ok(Ask {
                token: token.map(str::to_owned),
                ..cast.ask(&*operation(id)?)?
            })
        };
        bench.probe(call(COMPANY, None)?).await?;
        for name in BAD.into_iter().filter(|name| bench.can_show(name)) {
            bench.probe(call(COMPANY, Some(name))?).await?;
        }
        for name in GOOD.into_iter().filter(|name| bench.can_show(name)) {
            let all = [RIGHTS, COMPANY, REGISTER, VIGILANCE].into_iter();
            for id in all.filter(|id| serves(bench, id)) {
                bench.probe(call(id, Some(name))?).await?;
            }
        }
        for ask in in_vain(bench, &cast)? {
            bench.probe(ask).await?;
        }
        let Some(end) = bench.standard_token().and_then(shown::life_of) else {
            return Ok(());
        };
        // A token that other trials use, too, must outlive this one.
        if bench.moves_clock() && bench.has_fresh_tokens() {
            let end_of_life = Moment::from_unix_seconds(end);
            bench.wait_until(end_of_life, A_SECOND).await?;
            for _ in 0..SECONDS {
                bench
                    .probe(call(COMPANY, Some(&shown::ends_at(end)))?)
                    .await?;
                bench.wait_out(A_SECOND).await?;
            }
        }
        Ok(())
    })
}

/// Good tokens, in the header and in the query, where there is nothing but a refusal, a redirect or a ping to be had.
fn in_vain(bench: &Bench, cast: &Cast) -> Result<Vec<Ask>, TrialError> {
    let company = operation(COMPANY)?;
    let good = cast.ask(&company)?;
    let entity = good.entity.clone().unwrap_or_default();
    let to = |target: String| Ask {
        target,
        operation: None,
        entity: None,
        ..good.clone()
    };
    let mut asks = vec![
        Ask::operation(&company, cast.nobody()),
        to(good.target.replace(&entity, NO_COMPANY)),
        to(good.target.replace("/v3/", NO_VERSION)),
    ];
    if bench.offers(Capability::StatusServices) {
        asks.push(to(PING.to_owned()));
    }
    if serves(bench, AGGREGATE) {
        let merged = Whom::of(Cast::well_known("merged")?);
        asks.push(Ask::operation(&*operation(AGGREGATE)?, merged));
    }
    let in_url = asks.clone().into_iter().map(|ask| Ask {
        token: Some(shown::IN_URL.to_owned()),
        ..ask
    });
    let in_url: Vec<Ask> = in_url.filter(|_| bench.can_show(shown::IN_URL)).collect();
    asks.extend(in_url);
    Ok(asks)
}

const A_SECOND: Duration = Duration::from_secs(1);
/// The last second of a life, and the first two behind it.
const SECONDS: u8 = 3;

const BAD: [&str; 12] = [
    "forged",
    "expired",
    "revoked",
    shown::UNSIGNED,
    shown::OTHER_ALGORITHM,
    shown::CUT,
    shown::ALTERED,
    shown::TWICE,
    shown::BARE,
    shown::EMPTY,
    shown::LOWER_CASE,
    shown::IN_URL,
];
const GOOD: [&str; 3] = ["standard", "unprivileged", shown::LACKING];
