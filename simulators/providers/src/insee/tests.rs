use doublure_fixtures::world::Identity;
use http::Request;
use proptest::prelude::*;

use super::*;
use crate::testing::{self, siren, world};

#[test]
fn every_refusal_is_as_the_snapshot_shows() {
    insta::assert_snapshot!(testing::refusals::<Insee>());
}

#[test]
fn every_answer_is_as_the_snapshot_shows() {
    let world = world();

    let answers = testing::answers::<Insee>(&world, |call, siren| match call {
        Call::UniteLegale | Call::Siege => siren.to_owned(),
        Call::Etablissement | Call::Successions => office_of(siren, &world),
    });

    insta::assert_snapshot!(answers);
}

#[test]
fn each_call_has_its_path() {
    let route = |uri: &str| {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        Insee::route(&request).map(|route| (route.line, route.entity.unwrap_or_default()))
    };
    let data = |call, entity: &str| Some((Line::Data(call), entity.to_owned()));

    assert_eq!(
        route("/api-sirene/prive/3.11/siren/418166096"),
        data(Call::UniteLegale, "418166096")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret/41816609600069"),
        data(Call::Etablissement, "41816609600069")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret?q=etablissementSiege:true%20AND%20siren:418166096"),
        data(Call::Siege, "418166096")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret?q=siren:418166096"),
        data(Call::Siege, "")
    );
    assert_eq!(
        route(
            "/api-sirene/prive/3.11/siret/liensSuccession?q=siretEtablissementSuccesseur:41816609600069%20OR%20siretEtablissementPredecesseur:41816609600069"
        ),
        data(Call::Successions, "41816609600069")
    );
    assert_eq!(
        route("/api-sirene/prive/3.11/siret/liensSuccession?q=siret:41816609600069"),
        data(Call::Successions, "")
    );
    assert_eq!(route("/api-sirene/prive/3.11/nic/1"), None);
    assert_eq!(route("/token"), None);
}

#[test]
fn a_ceased_company_has_a_second_period_that_begins_the_day_it_ceased() {
    let world = world();
    let company = company(siren("ceased"), &world).unwrap();

    let record = register::unite_legale(&company);

    let periods = &record["periodesUniteLegale"];
    assert_eq!(periods[0]["etatAdministratifUniteLegale"], "C");
    assert_eq!(periods[0]["dateDebut"], company.ceased.unwrap().to_string());
    assert_eq!(periods[0]["dateFin"], Value::Null);
    assert_eq!(periods[1]["etatAdministratifUniteLegale"], "A");
    assert_eq!(periods[1]["dateDebut"], company.created.to_string());
    assert_eq!(record["nombrePeriodesUniteLegale"], 2);
}

#[test]
fn a_natural_person_has_names_and_no_denomination() {
    let world = world();
    let mut company = company(siren("all-in-order"), &world).unwrap();
    company.identity = Identity::Natural {
        first_names: vec!["JEANNE".to_owned(), "LOUISE".to_owned()],
        birth_name: "MARTIN".to_owned(),
        used_name: Some("DURAND".to_owned()),
        sex: "F",
    };

    let record = register::unite_legale(&company);

    let period = &record["periodesUniteLegale"][0];
    assert_eq!(record["prenom2UniteLegale"], "LOUISE");
    assert_eq!(record["sexeUniteLegale"], "F");
    assert_eq!(period["nomUniteLegale"], "MARTIN");
    assert_eq!(period["nomUsageUniteLegale"], "DURAND");
    assert_eq!(period["denominationUniteLegale"], Value::Null);
}

#[test]
fn a_question_without_a_number_is_refused_as_malformed() {
    let asked = Asked::of(Call::Siege, "", testing::now());

    assert_eq!(Insee::answer(&asked, &world()).status, 400);
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(request in testing::requests(&[
        "/token",
        "/api-sirene/prive/3.11/siren/418166096",
        "/api-sirene/prive/3.11/siret/41816609600069",
        "/api-sirene/prive/3.11/siret?q=etablissementSiege:true+AND+siren:418166096",
        "/api-sirene/prive/3.11/siret/liensSuccession?q=siretEtablissementSuccesseur:41816609600069",
    ])) {
        testing::survives::<Insee>(&request, &world());
    }

    #[test]
    fn every_company_that_is_shown_has_a_record_and_one_head_office(rank in 0..300_u32) {
        let world = world();
        let number = world.siren_of(rank).unwrap();
        let shown = world
            .company(number)
            .is_some_and(|company| company.merged_into.is_none() && company.diffusion != Diffusion::Never);
        let ask = |call| {
            let number = number.to_string();
            let asked = Asked::of(call, &number, testing::now());
            Insee::answer(&asked, &world)
        };

        prop_assert_eq!(ask(Call::UniteLegale).status == 200, shown);
        prop_assert_eq!(ask(Call::Siege).status == 200, shown);
    }
}

fn office_of(siren: &str, world: &World) -> String {
    company(siren, world)
        .and_then(|company| Some(head_office(&company)?.siret.to_string()))
        .unwrap_or_else(|| format!("{siren}00017"))
}
