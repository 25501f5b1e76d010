use doublure_fixtures::world::{Company, Identity};
use http::Request;
use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Infogreffe>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let answers = testing::answers::<Infogreffe>(&world(), |_, siren| siren.to_owned());

    insta::assert_snapshot!(answers.replace("><", ">\n<"));
}

#[test]
fn the_siren_is_found_however_the_question_is_written() {
    let entity = |body: &'static str| {
        let request = Request::post("/")
            .header("SOAPAction", "\"getProduitsWebServicesXML\"")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        Infogreffe::route(&request).unwrap().entity
    };

    assert_eq!(
        entity("<e:E xmlns:e='x'><num_siren> 418166096\n</num_siren></e:E>").as_deref(),
        Some("418166096")
    );
    assert_eq!(
        entity("<a><c:num_siren><![CDATA[418166096]]></c:num_siren></a>").as_deref(),
        Some("418166096")
    );
    assert_eq!(entity("<a><num_siren>418166096"), None);
    assert_eq!(entity("num_siren=418166096"), None);
}

#[test]
fn a_trader_is_told_with_birth_and_without_officers() {
    let mut company = registered();
    company.identity = Identity::Natural {
        first_names: vec!["JEANNE".to_owned(), "LOUISE".to_owned()],
        birth_name: "O'MALLEY & FILS".to_owned(),
        used_name: None,
        sex: "F",
    };

    let xml = extrait(&company);

    assert!(xml.starts_with("<Extrait type=\"1\">"), "{xml}");
    assert_eq!(text_of(&xml, "prenom").as_deref(), Some("JEANNE LOUISE"));
    assert!(xml.contains("O'MALLEY &amp; FILS"), "{xml}");
    assert!(xml.contains("<naissance"), "{xml}");
    assert!(!xml.contains("liste_dirigeant"), "{xml}");
}

#[test]
fn a_company_struck_off_says_since_when() {
    let mut company = registered();
    let day = "2020-03-09".parse().unwrap();
    company.registration.as_mut().unwrap().struck_off = Some(day);

    let xml = extrait(&company);

    assert!(
        xml.contains("date_radiation=\"09 MARS 2020\" dateISO_radiation=\"2020-03-09\""),
        "{xml}"
    );
}

#[test]
fn a_company_that_is_not_in_the_register_has_no_extract() {
    let mut company = registered();
    company.registration = None;

    assert_eq!(
        extrait::extrait(&company, "2026-01-15".parse().unwrap()),
        None
    );
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&["/", "/services/ws"])) {
        testing::survives::<Infogreffe>(&request, &world());
    }

    #[test]
    fn every_answer_is_one_xml_document(rank in 0..300_u32) {
        let world = world();
        let siren = world.siren_of(rank).unwrap().to_string();
        let asked = Asked::of(Call::Extrait, &siren, testing::now());

        let words = Infogreffe::answer(&asked, &world);

        let xml = std::str::from_utf8(&words.body).unwrap();
        let mut reader = Reader::from_str(xml);
        while reader.read_event().unwrap() != Event::Eof {}
    }
}

fn registered() -> Company {
    let company = world()
        .company(siren("all-in-order").parse().unwrap())
        .unwrap();
    assert!(
        company.registration.is_some(),
        "the test needs an entry to work on"
    );
    company
}

fn extrait(company: &Company) -> String {
    extrait::extrait(company, "2026-01-15".parse().unwrap()).unwrap()
}
