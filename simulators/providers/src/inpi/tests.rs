use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Inpi>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let world = world();
    let first = |siren: &str, deeds: bool| {
        let entry = world
            .company(siren.parse().unwrap())
            .and_then(|company| world.rne(&company));
        let mut deposits = entry.into_iter().flat_map(|entry| entry.deposits);
        let found = deposits.find(|deposit| matches!(deposit.content, Content::Deed(_)) == deeds);
        found.map_or_else(|| "0".repeat(24), |deposit| deposit.id)
    };

    let answers = testing::answers::<Inpi>(&world, |call, siren| match call {
        Call::Companies | Call::Attachments | Call::Extrait => siren.to_owned(),
        Call::Acte => first(siren, true),
        Call::Bilan => first(siren, false),
    });

    insta::assert_snapshot!(answers);
}

#[test]
fn each_call_has_its_path() {
    let route = |uri: &str| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        Inpi::route(&request).map(|route| (route.line, route.entity.unwrap_or_default()))
    };
    let data = |call, entity: &str| Some((Line::Data(call), entity.to_owned()));
    let number = "65419234a1f7d1f2ba09bd8c";

    assert_eq!(
        route("/api/companies/418166096"),
        data(Call::Companies, "418166096")
    );
    assert_eq!(
        route("/api/companies/418166096/attachments"),
        data(Call::Attachments, "418166096")
    );
    assert_eq!(
        route(&format!("/api/actes/{number}/download")),
        data(Call::Acte, number)
    );
    assert_eq!(
        route(&format!("/api/bilans/{number}/download")),
        data(Call::Bilan, number)
    );
    assert_eq!(route("/api/actes/123/download"), data(Call::Acte, ""));
    assert_eq!(
        route("/export/companies?format=pdf&ids=%5B%22418166096%22%5D"),
        data(Call::Extrait, "418166096")
    );
    assert_eq!(route("/api/marques"), None);
}

#[test]
fn a_public_document_is_a_pdf_a_confidential_one_is_refused_and_a_deleted_one_is_gone() {
    let world = world();
    let company = world
        .company(siren("all-in-order").parse().unwrap())
        .unwrap();
    let deposits = world.rne(&company).unwrap().deposits;
    let status_of = |access| {
        let deposit = deposits
            .iter()
            .find(|deposit| deposit.access == access)
            .unwrap();
        let call = match deposit.content {
            Content::Deed(_) => Call::Acte,
            Content::Accounts { .. } => Call::Bilan,
        };
        let words = Inpi::answer(&Asked::of(call, &deposit.id, testing::now()), &world);
        (words.status.as_u16(), words.body.starts_with(b"%PDF-"))
    };

    assert_eq!(status_of(Access::Public), (200, true));
    assert_eq!(status_of(Access::Confidential), (403, false));
    assert_eq!(status_of(Access::Deleted), (404, false));
}

#[test]
fn a_deed_is_no_accounts() {
    let world = world();
    let company = world
        .company(siren("all-in-order").parse().unwrap())
        .unwrap();
    let entry = world.rne(&company).unwrap();
    let is_deed = |deposit: &&Deposit| {
        matches!(deposit.content, Content::Deed(_)) && deposit.access == Access::Public
    };
    let deed = entry.deposits.iter().find(is_deed).unwrap();

    let status_by = |call| Inpi::answer(&Asked::of(call, &deed.id, testing::now()), &world).status;

    assert_eq!(status_by(Call::Acte), 200);
    assert_eq!(status_by(Call::Bilan), 404);
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/api/sso/login",
        "/api/companies/111111118",
        "/api/companies/111111118/attachments",
        "/api/actes/65419234a1f7d1f2ba09bd8c/download",
        "/api/bilans/65419234a1f7d1f2ba09bd8c/download",
        "/export/companies?format=pdf&ids=%5B%22111111118%22%5D",
    ])) {
        testing::survives::<Inpi>(&request, &world());
    }
}
