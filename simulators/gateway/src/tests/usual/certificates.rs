//! Those who hand out certificates.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{LOGIN, Usual};
use crate::{
    answers::samples::certificates::{
        agreements, certificate_of_engineers, certificates_of_electricians, labels, training_body,
    },
    tests::bench::PDF,
};

pub(super) const PROBTP: &[Usual] = &[
    Usual {
        call: "attestation",
        is: |target| target == "/attestationCotisation",
        says: || said(&json!({"entete": {"code": "0"}, "data": BASE64_STANDARD.encode(PDF)})),
    },
    Usual {
        call: "conformite",
        is: |target| target == "/statutCotisation",
        says: || said(&json!({"entete": {"code": "0"}, "corps": "00 Compte éligible"})),
    },
];

pub(super) const CIBTP: &[Usual] = &[
    LOGIN,
    Usual {
        call: "attestation",
        is: |target| target.starts_with("/apiEntreprise/attestationMarche?siret="),
        says: || PDF.into(),
    },
];

pub(super) const CNETP: &[Usual] = &[Usual {
    call: "attestation",
    is: |target| target.starts_with("/webservice/doc/attestations/entreprises?"),
    says: || PDF.into(),
}];

pub(super) const FNTP: &[Usual] = &[Usual {
    call: "carte",
    is: |target| target.starts_with("/rip/sgmap/"),
    says: || PDF.into(),
}];

pub(super) const QUALIBAT: &[Usual] = &[
    LOGIN,
    Usual {
        call: "certificat",
        is: |target| target.starts_with("/certificat?SIRET="),
        says: || PDF.into(),
    },
];

pub(super) const QUALIFELEC: &[Usual] = &[
    Usual {
        call: "login",
        is: |target| target == "/login",
        says: || {
            let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"iat":1768471200,"exp":1768474800}"#);
            said(&json!({"token": format!("head.{claims}.end")}))
        },
    },
    Usual {
        call: "certificats",
        is: |target| target.starts_with("/certificates/"),
        says: || said(&certificates_of_electricians()),
    },
];

pub(super) const OPQIBI: &[Usual] = &[Usual {
    call: "certificat",
    is: |target| target.starts_with("/certificats/"),
    says: || said(&certificate_of_engineers()),
}];

pub(super) const ADEME: &[Usual] = &[Usual {
    call: "lignes",
    is: |target| target.contains("/lines?size="),
    says: || said(&labels()),
}];

pub(super) const CARIF_OREF: &[Usual] = &[Usual {
    call: "organisme",
    is: |target| target.starts_with("/organisme/"),
    says: || said(&training_body()),
}];

pub(super) const FABRIQUE_NUMERIQUE: &[Usual] = &[Usual {
    call: "conventions",
    is: |target| target.starts_with("/siret2idcc/"),
    says: || said(&agreements()),
}];

fn said(body: &Value) -> Bytes {
    body.to_string().into()
}
