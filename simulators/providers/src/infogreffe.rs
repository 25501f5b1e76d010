//! Infogreffe: the trade register in SOAP 1.1, always with HTTP 200 (facts 145).
//!
//! | call | request |
//! |---|---|
//! | `extrait` | `POST` on any path, `Content-Type: text/xml`, `SOAPAction: getProduitsWebServicesXML`; the SIREN stands in `<num_siren>` |
//!
//! ```xml
//! <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:WebServicesProduits">
//!   <soapenv:Body><urn:getProduitsWebServicesXML><arg0><demande>
//!     <emetteur><code_abonne>…</code_abonne><mot_passe>…</mot_passe></emetteur>
//!     <commande><num_siren>418166096</num_siren></commande>
//!   </demande></arg0></urn:getProduitsWebServicesXML></soapenv:Body>
//! </soapenv:Envelope>
//! ```
//!
//! The answer is an envelope whose `<return>` holds either one element `<Extrait>`, as elements and not as escaped text
//! (see [`extrait`] for its names), or a refusal as text: three digits, a space, `-WORDS-`:
//!
//! | text | when |
//! |---|---|
//! | `003 -CODE ABONNE OU MOT DE PASSE INVALIDE-` | credentials no longer accepted |
//! | `006 -DOSSIER NON TROUVE DANS LA BASE DE GREFFES-` | the company is not in the register |
//! | `008 -NUMERO SIREN INVALIDE-` | no SIREN in the question |
//! | `999 -SERVICE INDISPONIBLE-`, `999 -SERVICE FERME POUR MAINTENANCE-` | out of service, in maintenance |
//!
//! Where a registry does not deliver, the extract comes without `<entreprise>`: there is nothing in it to read.
//!
//! A failure inside is a `<SOAP-ENV:Fault>` with a stack trace in its `<detail>`; so is a wrong or missing `SOAPAction`.
//! Only a request that is no `POST` gets another status: 404.

use bytes::Bytes;
use doublure_fixtures::{Siren, World};
use doublure_scenarios::Symptom;
use http::{Method, Request, StatusCode};
use quick_xml::{Reader, escape, events::Event};

use crate::{
    dialect::{Asked, Dialect, Line, Route, SIREN, names},
    oauth::Grant,
    words::{CANARY, Words},
};

mod extrait;

/// Infogreffe.
pub(crate) struct Infogreffe;

/// Its call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Extrait,
}

impl Infogreffe {
    /// Names of its calls.
    pub(crate) const NAMES: &[&str] = &names(&CALLS);
}

impl Dialect for Infogreffe {
    type Call = Call;

    const ID: &'static str = "infogreffe";
    const CALLS: &'static [(&'static str, Line<Call>)] = &CALLS;
    const GRANT: Option<Grant> = None;

    fn route(request: &Request<Bytes>) -> Option<Route<Call>> {
        let action = request.headers().get("soapaction")?.to_str().ok()?;
        if request.method() != Method::POST || action.trim_matches('"') != ACTION {
            return None;
        }
        let siren = std::str::from_utf8(request.body())
            .ok()
            .and_then(|xml| text_of(xml, "num_siren"))
            .unwrap_or_default();
        Some(Route::data(Call::Extrait, &siren, SIREN))
    }

    fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
        let Call::Extrait = asked.call;
        let Ok(siren) = asked.entity.parse::<Siren>() else {
            return refusal("008 -NUMERO SIREN INVALIDE-");
        };
        world
            .company(siren)
            .and_then(|company| extrait::extrait(&company, asked.day()))
            .map_or_else(not_found, |extrait| envelope("", &returned(&extrait)))
    }

    fn refuse(asked: &Asked<'_, Call>, symptom: Symptom) -> Option<Words> {
        let Call::Extrait = asked.call;
        match symptom {
            Symptom::Unavailable => Some(refusal("999 -SERVICE INDISPONIBLE-")),
            Symptom::Maintenance => Some(refusal("999 -SERVICE FERME POUR MAINTENANCE-")),
            Symptom::InternalError => Some(fault(
                "SOAP-ENV:Server",
                "java.lang.NullPointerException",
                &format!(
                    "at com.infogreffe.ws.Commande.generer(Commande.java:371)\n\
                     ORA-12541: TNS:no listener (HOST={CANARY})(PORT=1521)"
                ),
            )),
            Symptom::CredentialsExpired => {
                Some(refusal("003 -CODE ABONNE OU MOT DE PASSE INVALIDE-"))
            }
            Symptom::NotFound => Some(not_found()),
            // The file is there and what the registry of the court should add is not.
            Symptom::Partial => Some(envelope(&server(), &returned(&extrait::torso(asked.day())))),
            Symptom::RateLimited | Symptom::UnderAnalysis | Symptom::BadFile(_) => None,
        }
    }

    fn stray(request: &Request<Bytes>) -> Words {
        if request.method() == Method::POST {
            return fault(
                "SOAP-ENV:Client",
                "no such SOAPAction",
                &format!("{ACTION} expected by {CANARY}"),
            );
        }
        Words::page(
            StatusCode::NOT_FOUND,
            "Error 404--Not Found",
            "From RFC 2068 Hypertext Transfer Protocol -- HTTP/1.1",
        )
    }
}

fn not_found() -> Words {
    refusal("006 -DOSSIER NON TROUVE DANS LA BASE DE GREFFES-")
}

/// Refusals name the server in the SOAP header, so that the text in `<return>` is exact.
fn refusal(text: &str) -> Words {
    envelope(&server(), &returned(text))
}

fn fault(code: &str, text: &str, detail: &str) -> Words {
    let body = format!(
        "<SOAP-ENV:Fault><faultcode>{code}</faultcode><faultstring>{}</faultstring>\
         <detail>{}</detail></SOAP-ENV:Fault>",
        escape::partial_escape(text),
        escape::partial_escape(detail),
    );
    envelope(&server(), &body)
}

fn server() -> String {
    format!("<SOAP-ENV:Header><serveur>{CANARY}</serveur></SOAP-ENV:Header>")
}

fn returned(content: &str) -> String {
    format!(
        "<ns0:{ACTION}Response xmlns:ns0='urn:local' \
         SOAP-ENV:encodingStyle='http://schemas.xmlsoap.org/soap/encoding/'>\
         <return xsi:type='xsd:string'>{content}</return></ns0:{ACTION}Response>"
    )
}

fn envelope(header: &str, body: &str) -> Words {
    let xml = format!(
        "<?xml version='1.0' encoding='UTF-8'?>\
         <SOAP-ENV:Envelope xmlns:SOAP-ENV='http://schemas.xmlsoap.org/soap/envelope/' \
         xmlns:SOAP-ENC='http://schemas.xmlsoap.org/soap/encoding/' \
         xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
         xmlns:xsd='http://www.w3.org/2001/XMLSchema'>{header}\
         <SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    );
    Words::new(StatusCode::OK, "text/xml; charset=UTF-8", xml)
}

/// The text of the first element of that name, its prefix aside; none: no such element, or no XML up to there.
fn text_of(xml: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut inside = false;
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) if element.local_name().as_ref() == name => inside = true,
            Event::End(element) if inside && element.local_name().as_ref() == name => {
                return Some(text.trim().to_owned());
            }
            Event::Text(part) if inside => text.push_str(&part.xml10_content()),
            Event::CData(part) if inside => text.push_str(&part.xml10_content()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

const CALLS: [(&str, Line<Call>); 1] = [("extrait", Line::Data(Call::Extrait))];

const ACTION: &str = "getProduitsWebServicesXML";

#[cfg(test)]
mod tests;
