//! Certificates, from the world to the caller.

use doublure_fixtures::{World, contract::Whom};
use serde_json::{Value, json};

use crate::{
    caller::{Answer, Caller},
    house::{House, siren},
};

fn whom(name: &str) -> Whom {
    let siren = siren(name).parse().unwrap();
    let company = World::new(1, 300).company(siren).unwrap();
    Whom {
        siren,
        siret: company.establishments[0].siret,
    }
}

fn certificate(name: &str) -> String {
    format!(
        "/v4/qualibat/etablissements/{}/certification_batiment",
        whom(name).siret
    )
}

async fn labels(house: &House, name: &str, more: &str) -> Answer {
    let path = format!(
        "/v3/ademe/etablissements/{}/certification_rge",
        whom(name).siret
    );
    let url = format!("{}{more}", house.url(&path));
    Caller::LOCAL
        .get(&url, Some(house.doublure.token("standard")))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_qualibat_certifies_is_read_in_its_document() {
    let house = House::documented().await;
    let world = World::new(1, 300);
    let own = world
        .building_certificate(&world.company(whom("all-in-order").siren).unwrap())
        .unwrap();

    let answer = house.get(&certificate("all-in-order")).await.json();

    let data = &answer["data"];
    let (issued, last) = own.validity.unwrap();
    assert_eq!(data["date_emission"], issued.to_string());
    assert_eq!(data["date_fin_validite"], last.to_string());
    let insurer = own.works_insurer.unwrap();
    assert_eq!(
        data["entity"]["assurance_responsabilite_travaux"],
        json!({"nom": insurer.name, "identifiant": insurer.contract})
    );
    let certified: Vec<Value> = own
        .qualifications
        .iter()
        .map(|own| {
            json!({
                "code": own.code,
                "libelle": own.label,
                "rge": own.rge.is_some(),
                "date_attribution": own.given.to_string(),
            })
        })
        .collect();
    assert_eq!(data["entity"]["certifications"], json!(certified));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_certificate_leaves_out_is_null() {
    let house = House::documented().await;

    let data = house.get(&certificate("odd-certificates")).await.json()["data"].take();

    assert_eq!(data["date_emission"], Value::Null);
    assert_eq!(
        data["entity"]["assurance_responsabilite_civile"],
        json!({"nom": null, "identifiant": null})
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_labels_come_than_are_asked_for_and_no_archived_ones() {
    let house = House::documented().await;

    let all = labels(&house, "odd-certificates", "").await.json();
    let one = labels(&house, "odd-certificates", "&limit=1").await.json();

    let all = all["data"].as_array().unwrap();
    assert!(all.len() > 1);
    assert!(
        all.iter()
            .all(|label| label["data"]["meta"]["archived"] == false)
    );
    assert_eq!(one["data"], json!(all[..1]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fund_says_in_its_own_way_that_contributions_are_due() {
    let house = House::documented().await;
    let Whom { siren, siret } = whom("contributions-due");
    let leave = "attestation_cotisations_conges_payes_chomage_intemperies";

    let cibtp = house
        .get(&format!("/v3/cibtp/etablissements/{siret}/{leave}"))
        .await;
    let cnetp = house
        .get(&format!("/v3/cnetp/unites_legales/{siren}/{leave}"))
        .await;
    let probtp = format!("/v3/probtp/etablissements/{siret}");
    let attestation = house
        .get(&format!("{probtp}/attestation_cotisations_retraite"))
        .await;
    let conformite = house
        .get(&format!("{probtp}/conformite_cotisations_retraite"))
        .await;

    let codes = [cibtp, cnetp, attestation].map(|answer| (answer.status, answer.code().unwrap()));
    assert_eq!(
        codes,
        ["38422", "08003", "09003"].map(|code| (404, code.to_owned()))
    );
    assert_eq!(conformite.json()["data"], json!({"eligible": false}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_odd_about_certificates_is_told_and_what_was_taken_back_is_not() {
    let house = House::documented().await;
    let siret = whom("odd-certificates").siret;
    let get = async |path: &str| {
        house
            .get(&path.replace("SIRET", &siret.to_string()))
            .await
            .json()
    };

    let electrical = get("/v3/qualifelec/etablissements/SIRET/certificats").await;
    let training =
        get("/v3/carif_oref/etablissements/SIRET/certifications_qualiopi_france_competences").await;
    let agreements = get(
        "/v3/fabrique_numerique_ministeres_sociaux/etablissements/SIRET/conventions_collectives",
    )
    .await;

    let class = &electrical["data"][0]["data"]["qualification"]["classification"];
    assert_eq!(*class, json!({"code": null, "label": null}));
    assert_eq!(electrical["meta"]["total"], 2);
    let declarations = &training["data"]["declarations_activites_etablissement"];
    assert_eq!(declarations.as_array().unwrap().len(), 2);
    assert_eq!(
        declarations[0]["certification_qualiopi"]["obtention_via_unite_legale"],
        Value::Null
    );
    let accreditations = &training["data"]["habilitations_france_competence"];
    assert_eq!(accreditations.as_array().unwrap().len(), 2);
    let states: Vec<&Value> = agreements["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["data"]["etat"])
        .collect();
    assert_eq!(states, ["vigueur_etendue", "vigueur"]);
}
