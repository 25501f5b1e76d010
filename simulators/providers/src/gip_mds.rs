//! GIP-MDS: numbers of staff as employers declare them (facts 154).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token`, form `grant_type=client_credentials&client_id&client_secret`; the token lives 1 h |
//! | `effectifs-annuels` | `GET /rcd-api/1.0.0/effectifs?codeOPSDemandeur=…&dateHeure=…&source=RA;RG&nature=A01&siren=…&periode=20231231` |
//! | `effectifs-mensuels` | the same with `nature=M01&siret=…&periode=20231201` and, for earlier months too, `profondeurHistorique=…` |
//!
//! `nature` is `A` or `M` and `01` (average), `02` (BOETH), `03` (ECAP), `04` (liable to OETH). `source` is `RA`, `RG` or
//! both (agricultural, general). Success is a list with one entry for each source and month, latest month first:
//! `[{"siren":"…","periode":"20231231","nature":"A01","source":"RA","effectifs":"12.34","miseAJourRCD":"2024-01-31"}]`;
//! where nothing was declared, or not yet, `"effectifs":"NC"`. A month is known on the 20th of the next, a year at the end of
//! the next January.
//!
//! | status | body | when |
//! |---|---|---|
//! | 200 | `{"code":"KO_TECHNIQUE",…}` | the file of the company cannot be read at the moment |
//! | 400 | `{"code":"KO_FONCTIONNEL",…}` | a parameter is missing or wrong |
//! | 401 | `{"error":"invalid_token",…}` | no valid bearer |
//! | 404 | `{"code":"NON_TROUVE",…}` | the number is unknown |
//! | 429 | `…&nextAccessTime=2023-Oct-12 20:43:00+0000 UTC`, a form | too many requests |
//! | 500, 503 | an HTML page | failed inside; out of service |
//!
//! *Invented*: the codes of 400 and 404, and the host name in refusals.

mod period;

use bytes::Bytes;
use doublure_fixtures::{
    Siren, Siret, World,
    world::{Scheme, StaffCount},
};
use doublure_journal::Moment;
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, SIRET, moment_of, names},
    form,
    oauth::{self, Grant},
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

use self::period::Span;

/// GIP-MDS.
pub(crate) struct GipMds;

/// Its calls for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Annuels,
    Mensuels,
}

impl GipMds {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for GipMds {
    type Call = Call;

    const ID: &'static str = "gip_mds";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::CLIENT_CREDENTIALS);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/token") => Some(Route::LOGIN),
            (&Method::GET, "/rcd-api/1.0.0/effectifs") => {
                let query = request.uri().query().unwrap_or_default();
                let given = |name| form::value(query, name);
                Some(match (given("siret"), given("siren")) {
                    (Some(siret), _) => Route::data(Call::Mensuels, &siret, SIRET),
                    (None, siren) => Route::data(Call::Annuels, &siren.unwrap_or_default(), SIREN),
                })
            }
            _ => None,
        }
    }

    fn details(request: &Request<Bytes>) -> String {
        let query = request.uri().query().unwrap_or_default();
        Span::read(query).map_or_else(String::new, |span| span.to_string())
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Some(span) = Span::parse(asked.details) else {
            return refusal(
                StatusCode::BAD_REQUEST,
                "KO_FONCTIONNEL",
                "Paramètre invalide",
            );
        };
        let entries = match asked.call {
            Call::Annuels if !span.monthly => yearly(asked, span, world),
            Call::Mensuels if span.monthly => monthly(asked, span, world),
            Call::Annuels | Call::Mensuels => {
                return refusal(StatusCode::BAD_REQUEST, "KO_FONCTIONNEL", "Nature invalide");
            }
        };
        match entries {
            None => unknown(),
            Some(_) if is_locked(asked, world) => locked(),
            Some(entries) => Words::json(StatusCode::OK, &Value::Array(entries)),
        }
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(Words::page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Service indisponible",
                "Le répertoire commun des déclarants est fermé.",
            )),
            Symptom::Maintenance => Some(
                Words::page(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Maintenance",
                    "Le répertoire est fermé pour maintenance.",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(Words::page(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Erreur interne",
                "com.mongodb.MongoTimeoutException",
            )),
            Symptom::RateLimited => Some(throttled(asked.now)),
            Symptom::CredentialsExpired => Some(oauth::invalid_token()),
            Symptom::NotFound => Some(unknown()),
            Symptom::UnderAnalysis | Symptom::Partial | Symptom::BadFile(_) => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let path = request.uri().path();
        refusal(
            StatusCode::NOT_FOUND,
            "NON_TROUVE",
            &format!("Aucune ressource {path}"),
        )
    }
}

fn yearly(asked: &Asked<'_, Call>, span: Span, world: &World) -> Option<Vec<Value>> {
    let siren: Siren = asked.entity.parse().ok()?;
    world.company(siren)?;
    let entry = |&scheme: &Scheme| {
        let count = world.yearly_staff(siren, scheme, span.kind, span.year);
        entry(
            asked,
            ("siren", &format!("{}1231", span.year)),
            (span, scheme),
            count,
        )
    };
    Some(span.schemes().iter().map(entry).collect())
}

fn monthly(asked: &Asked<'_, Call>, span: Span, world: &World) -> Option<Vec<Value>> {
    let siret: Siret = asked.entity.parse().ok()?;
    world.establishment(siret)?;
    let entries = span.months().flat_map(|month| {
        let entry = move |&scheme: &Scheme| {
            let count = world.monthly_staff(siret, scheme, span.kind, month);
            let period = format!("{}{:02}01", month.0, month.1);
            entry(asked, ("siret", &period), (span, scheme), count)
        };
        span.schemes().iter().map(entry)
    });
    Some(entries.collect())
}

fn entry(
    asked: &Asked<'_, Call>,
    (number, period): (&str, &str),
    (span, scheme): (Span, Scheme),
    count: Option<StaffCount>,
) -> Value {
    let source = match scheme {
        Scheme::Agricultural => "RA",
        Scheme::General => "RG",
    };
    let mut entry = json!({
        number: asked.entity,
        "periode": period,
        "nature": span.nature(),
        "source": source,
        "effectifs": "NC",
    });
    if let Some(count) = count.filter(|count| count.known <= asked.day()) {
        let (posts, hundredths) = (count.hundredths / 100, count.hundredths % 100);
        entry["effectifs"] = json!(format!("{posts}.{hundredths:02}"));
        entry["miseAJourRCD"] = json!(count.known.to_string());
    }
    entry
}

fn is_locked(asked: &Asked<'_, Call>, world: &World) -> bool {
    let siren = asked
        .entity
        .get(..SIREN)
        .and_then(|siren| siren.parse().ok());
    let company = siren.and_then(|siren: Siren| world.company(siren));
    company.is_some_and(|company| world.staff_file_is_locked(&company))
}

fn unknown() -> Words {
    refusal(
        StatusCode::NOT_FOUND,
        "NON_TROUVE",
        "Identifiant inconnu du répertoire",
    )
}

fn locked() -> Words {
    refusal(
        StatusCode::OK,
        "KO_TECHNIQUE",
        "Dossier en cours de reprise",
    )
}

fn throttled(now: Moment) -> Words {
    let next = moment_of(now.unix_seconds() + 60).strftime("%Y-%b-%d %H:%M:%S%z UTC");
    let next = next
        .to_string()
        .replace(' ', "+")
        .replace(':', "%3A")
        .replace("+0000", "%2B0000");
    let body = format!(
        "fault_code=900800&message=Message+throttled+out&nextAccessTime={next}&serveur={CANARY}"
    );
    Words::new(
        StatusCode::TOO_MANY_REQUESTS,
        "application/x-www-form-urlencoded",
        body,
    )
    .with(header::RETRY_AFTER, "60")
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Words {
    let body = json!({"code": code, "message": message, "instance": CANARY});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 3] = [
    ("login", Line::Login),
    ("effectifs-annuels", Line::Data(Call::Annuels)),
    ("effectifs-mensuels", Line::Data(Call::Mensuels)),
];

#[cfg(test)]
mod tests;
