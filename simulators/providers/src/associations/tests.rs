use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

use super::*;
use crate::testing::{self, world};

type Directory = Associations<Mi>;

fn asked(number: &str) -> Words {
    Directory::answer(
        &Asked::of(Call::Structure, number, testing::now()),
        &world(),
    )
}

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Directory>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let world = world();
    let first_paper = |siren: &str| {
        let key = AssociationKey::Siren(siren.parse().unwrap());
        let papers = world.association(key).map(|association| association.papers);
        let first = papers.into_iter().flatten().next();
        first.map_or_else(|| "0".repeat(36), |paper| paper.id)
    };

    let answers = testing::answers::<Directory>(&world, |call, siren| match call {
        Call::Structure => siren.to_owned(),
        Call::Document => first_paper(siren),
    });

    insta::assert_snapshot!(answers.replace("><", ">\n<"));
}

#[test]
fn an_association_without_a_siren_is_known_by_its_number() {
    let body = String::from_utf8(asked("W759999998").body.to_vec()).unwrap();

    assert!(body.contains("<id_rna>W759999998</id_rna>"));
    assert!(!body.contains("id_siren") && !body.contains("id_siret_siege"));
}

#[test]
fn without_a_key_nothing_opens() {
    let request = Request::get(format!("{STRUCTURE}W353999998"))
        .body(Bytes::new())
        .unwrap();

    assert_eq!(Directory::route(&request), None);
    assert_eq!(Directory::stray(&request).status, 401);
}

#[test]
fn each_flaw_of_a_document_shows_when_it_is_fetched() {
    let world = world();
    let association = world.association("W353999998".parse().unwrap()).unwrap();

    let fetched: Vec<(Option<Flaw>, u16, usize)> = association
        .papers
        .iter()
        .map(|paper| {
            let asked = Asked::of(Call::Document, &paper.id, testing::now());
            let words = Directory::answer(&asked, &world);
            let is_pdf = words.body.starts_with(b"%PDF-");
            assert_eq!(is_pdf, paper.flaw.is_none());
            (paper.flaw, words.status.as_u16(), words.body.len())
        })
        .collect();

    assert!(
        fetched
            .iter()
            .any(|(flaw, status, _)| *flaw == Some(Flaw::Lost) && *status == 404)
    );
    assert!(
        fetched
            .iter()
            .any(|(flaw, _, length)| *flaw == Some(Flaw::Empty) && *length == 0)
    );
    assert!(
        fetched
            .iter()
            .any(|(flaw, status, _)| *flaw == Some(Flaw::WrongType) && *status == 200)
    );
}

proptest! {
    #[test]
    fn every_answer_is_one_xml_document(rank in 0..300_u32) {
        let siren = world().siren_of(rank).unwrap().to_string();

        let words = asked(&siren);

        let xml = std::str::from_utf8(&words.body).unwrap();
        let mut reader = Reader::from_str(xml);
        while reader.read_event().unwrap() != Event::Eof {}
    }

    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/apim/api-asso-partenaires/api/structure/W353999998?proxy_only=true",
        "/apim/api-asso/documents/63e7e2e3-9a00-4000-8000-000000000000",
    ])) {
        let mut request = request;
        request.headers_mut().insert("x-gravitee-api-key", http::HeaderValue::from_static("key"));
        testing::survives::<Directory>(&request, &world());
    }
}
