//! FNTP: the card of public works (facts 157).
//!
//! | call | request |
//! |---|---|
//! | `carte` | `GET /rip/sgmap/{siren}/cartepro?token=…` |
//!
//! Success is the PDF itself. Without a card: 404, `text/plain`, nothing in it. The other refusals are *invented*: plain
//! texts, 403 for a `token` that is not taken.

use bytes::Bytes;
use doublure_fixtures::World;
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIREN, names},
    oauth::Grant,
    paper,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// FNTP.
pub(crate) struct Fntp;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Carte,
}

impl Fntp {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Fntp {
    type Call = Call;

    const ID: &'static str = "fntp";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let siren = request.uri().path().strip_prefix("/rip/sgmap/")?;
        let siren = siren.strip_suffix("/cartepro")?;
        (request.method() == Method::GET).then(|| Route::data(Call::Carte, siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Carte = asked.call;
        let card = asked
            .company(world)
            .and_then(|company| Some((world.funds(&company).card?, company)));
        card.map_or_else(not_found, |(number, company)| {
            let says = [format!("Carte {number}")];
            let title = "Carte professionnelle d'entrepreneur de travaux publics";
            paper::answer(paper::about(&company, asked, title, says))
        })
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Carte = asked.call;
        match symptom {
            Symptom::Unavailable => Some(text(StatusCode::SERVICE_UNAVAILABLE)),
            Symptom::Maintenance => Some(
                text(StatusCode::SERVICE_UNAVAILABLE).with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(text(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(text(StatusCode::TOO_MANY_REQUESTS)),
            Symptom::CredentialsExpired => Some(text(StatusCode::FORBIDDEN)),
            Symptom::NotFound => Some(not_found()),
            Symptom::UnderAnalysis | Symptom::Partial => None,
            Symptom::BadFile(kind) => bad_file::itself(kind).map(paper::answer),
        }
    }

    fn stray(_: &Request<Bytes>) -> Words {
        text(StatusCode::NOT_FOUND)
    }
}

/// Nothing but a header tells who says it.
fn not_found() -> Words {
    let via = format!("1.1 {CANARY}");
    Words::new(StatusCode::NOT_FOUND, TEXT, "").with(header::VIA, &via)
}

fn text(status: StatusCode) -> Words {
    Words::new(status, TEXT, format!("{status} on {CANARY}"))
}

const CALLS: [(&str, Line<Call>); 1] = [("carte", Line::Data(Call::Carte))];

const TEXT: &str = "text/plain";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    #[test]
    fn all_it_says_is_as_the_snapshot_shows() {
        insta::assert_snapshot!(testing::transcript::<Fntp>(str::to_owned));
    }

    proptest! {
        #[test]
        fn no_request_makes_it_panic(request in testing::requests(&["/rip/sgmap/418166096/cartepro?token=t"])) {
            testing::survives::<Fntp>(&request, &testing::world());
        }
    }
}
