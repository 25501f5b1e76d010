//! DGFIP, application Adélie: the tax attestation, turnover, tax returns (facts 150–151).
//!
//! | call | request |
//! |---|---|
//! | `login` | `POST /token`, form `grant_type=client_credentials&client_id&client_secret`; the token lives 1 h |
//! | `attestation-fiscale` | `GET /adelie/v1/attestationFiscale?userId=…&siren=…&groupeIS=NON&groupeTVA=NON`, `Authorization: Bearer …`, `X-Correlation-ID: …` |
//! | `chiffre-affaires` | `GET /adelie/v1/chiffreAffaires?userId=…&siret=…`, the same headers |
//! | `liasse-fiscale` | `GET /adelie/v1/getLiasseFiscale?userId=…&siren=…&annee=…`, the same headers |
//!
//! An attestation is the PDF itself, `application/pdf`; turnover is `{"liste_ca":[{"ca":"…","dateFinExercice":"…"}]}`, latest year
//! first, and where a company has none: HTTP 204, or 200 with nothing, `null` or an empty list. A tax return is
//! `{"entreprise":{…,"setOcfis":{…}},"declarations":[{…,"imprime":{"donnees":[{"code_nref":"…","valeur":"…"}]}}]}`: what there is
//! one of stands alone instead of in a list, lines that repeat hold `"valeurs":{"indiceRepetition":"1","valeur":"…"}`, numbers
//! of shares are in hundredths. A file that cannot be read, or is not there: HTTP 500 with code 500 (*invented*). A company that is unknown or not in order: HTTP 404. Refusals are
//! `{"erreur":{"code":…,"message":"…","horodatage":"2026-01-15T10:00:00.000000Z","serveur":"…"}}`: 400 without a SIREN
//! or a `userId`, 401 without a valid bearer, 404, 429, and 500 with code 303001, by which what stands before Adélie says
//! that Adélie is out of service; 503 while it is in maintenance. Adélie's own failure is HTTP 500 and an HTML page. A document that is none: HTTP 200,
//! `application/pdf`, an HTML page or nothing.

mod liasse;
mod turnover;

use bytes::Bytes;
use doublure_fixtures::{
    Siren, World, documents,
    world::{Company, Standing},
};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode, header};
use serde_json::json;

use crate::{
    bad_file,
    dialect::{Asked, Dialect, Line, Route, SIREN, SIRET, french, name, names},
    form,
    oauth::Grant,
    words::{CANARY, MAINTENANCE_LEFT, Words},
};

/// DGFIP.
pub(crate) struct Dgfip;

/// Its call for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    AttestationFiscale,
    ChiffreAffaires,
    LiasseFiscale,
}

impl Dgfip {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Dgfip {
    type Call = Call;

    const ID: &'static str = "dgfip";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = Some(Grant::CLIENT_CREDENTIALS);

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        match (request.method(), request.uri().path()) {
            (&Method::POST, "/token") => Some(Route::LOGIN),
            (&Method::GET, path) => {
                let call = path.strip_prefix("/adelie/v1/")?;
                let (_, call, number) = RESOURCES.iter().find(|(path, ..)| *path == call)?;
                let query = request.uri().query().unwrap_or_default();
                let given = form::value(query, number).unwrap_or_default();
                let user = form::value(query, "userId");
                let entity = user.map(|_| given.as_ref()).unwrap_or_default();
                let digits = if *number == "siret" { SIRET } else { SIREN };
                Some(Route::data(*call, entity, digits))
            }
            _ => None,
        }
    }

    /// The year of a tax return.
    fn details(request: &Request<Bytes>) -> String {
        let query = request.uri().query().unwrap_or_default();
        let year = form::value(query, "annee").unwrap_or_default();
        let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        if is_year {
            year.into_owned()
        } else {
            String::new()
        }
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        if asked.entity.is_empty() {
            return refusal(
                asked,
                StatusCode::BAD_REQUEST,
                400,
                "Paramètre userId, siren ou siret absent",
            );
        }
        match asked.call {
            Call::AttestationFiscale => {}
            Call::ChiffreAffaires => return turnover::answer(asked, world),
            Call::LiasseFiscale => return liasse::answer(asked, world),
        }
        let siren = asked.entity.parse::<Siren>().ok();
        let company = siren
            .and_then(|siren| world.company(siren))
            .filter(|company| company.tax == Standing::InOrder);
        company.map_or_else(|| not_found(asked), |company| attestation(&company, asked))
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        match symptom {
            Symptom::Unavailable => Some(refusal(
                asked,
                StatusCode::INTERNAL_SERVER_ERROR,
                303_001,
                "Runtime Error",
            )),
            Symptom::Maintenance => Some(
                refusal(
                    asked,
                    StatusCode::SERVICE_UNAVAILABLE,
                    303_004,
                    "Suspended for maintenance",
                )
                .with(header::RETRY_AFTER, MAINTENANCE_LEFT),
            ),
            Symptom::InternalError => Some(failure(StatusCode::INTERNAL_SERVER_ERROR)),
            Symptom::RateLimited => Some(
                refusal(
                    asked,
                    StatusCode::TOO_MANY_REQUESTS,
                    303_014,
                    "Too Many Requests",
                )
                .with(header::RETRY_AFTER, "60"),
            ),
            Symptom::CredentialsExpired => Some(
                refusal(
                    asked,
                    StatusCode::UNAUTHORIZED,
                    900_901,
                    "Invalid Credentials",
                )
                .with(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""),
            ),
            Symptom::NotFound => Some(not_found(asked)),
            Symptom::UnderAnalysis | Symptom::Partial => None,
            Symptom::BadFile(_) if asked.call != Call::AttestationFiscale => None,
            Symptom::BadFile(kind) => {
                let bytes = bad_file::itself(kind)?;
                Some(Words::new(StatusCode::OK, PDF, bytes))
            }
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        let body = json!({"erreur": {
            "code": 404,
            "message": format!("No matching resource found for {}", request.uri().path()),
            "serveur": CANARY,
        }});
        Words::json(StatusCode::NOT_FOUND, &body)
    }
}

fn attestation(company: &Company, asked: &Asked<'_, Call>) -> Words {
    let lines = [
        format!("Siren : {}", company.siren),
        format!("Entreprise : {}", name(&company.identity)),
        format!("Fait le {}", french(asked.day())),
        "Aucun impôt ne reste dû à ce jour.".to_owned(),
    ];
    let pdf = documents::pdf(
        "Attestation de régularité fiscale",
        &lines,
        asked.now.unix_seconds(),
    );
    Words::new(StatusCode::OK, PDF, pdf)
}

fn not_found(asked: &Asked<'_, Call>) -> Words {
    let message = match asked.call {
        Call::AttestationFiscale => "Aucune attestation ne peut être délivrée pour ce siren",
        Call::ChiffreAffaires => "Aucun chiffre d'affaires pour ce siret",
        Call::LiasseFiscale => "Aucune liasse fiscale pour ce siren",
    };
    refusal(asked, StatusCode::NOT_FOUND, 404, message)
}

fn failure(status: StatusCode) -> Words {
    Words::page(
        status,
        "Une erreur applicative s'est produite sur le serveur ADELIE.",
        &format!(
            "java.lang.IllegalStateException\n\tat fr.gouv.dgfip.adelie.Attestation.editer(Attestation.java:88)\n\tjdbc:oracle:thin:@{CANARY}:1521:ADELIE"
        ),
    )
}

fn refusal(asked: &Asked<'_, Call>, status: StatusCode, code: u32, message: &str) -> Words {
    let body = json!({"erreur": {
        "code": code,
        "message": message,
        "horodatage": asked.now.to_string(),
        "serveur": CANARY,
    }});
    Words::json(status, &body)
}

const CALLS: [(&str, Line<Call>); 4] = [
    ("login", Line::Login),
    ("attestation-fiscale", Line::Data(Call::AttestationFiscale)),
    ("chiffre-affaires", Line::Data(Call::ChiffreAffaires)),
    ("liasse-fiscale", Line::Data(Call::LiasseFiscale)),
];

/// Path, call, and the parameter that names the company.
const RESOURCES: [(&str, Call, &str); 3] = [
    ("attestationFiscale", Call::AttestationFiscale, "siren"),
    ("chiffreAffaires", Call::ChiffreAffaires, "siret"),
    ("getLiasseFiscale", Call::LiasseFiscale, "siren"),
];

const PDF: &str = "application/pdf";

#[cfg(test)]
mod tests;
