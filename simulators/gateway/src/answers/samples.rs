//! What providers say, as tests need it; and the check of an answer against the official description.

pub(crate) mod certificates;
pub(crate) mod registers;

mod tax_return;

use std::{env, fs, path::Path, sync::LazyLock, time::Duration};

use bytes::Bytes;
use doublure_fixtures::{Date, documents};
use doublure_journal::Moment;
use doublure_kernel::Dice;
use serde_json::{Value, json};

pub(crate) use self::tax_return::tax_return;
use super::{asked::Asked, desk::Desk, paper::Paper};
use crate::{arguments::Arguments, query::Query, sources::Raw};

/// A question of version 3 by one who may see everything.
pub(crate) fn asked(entity: &str) -> Asked<'_> {
    static NOTHING: LazyLock<Arguments> = LazyLock::new(Arguments::default);
    Asked {
        entity,
        arguments: &NOTHING,
        base: "http://here",
        version: 3,
        public: false,
    }
}

/// The same of version 4.
pub(crate) fn asked_of_v4(entity: &str) -> Asked<'_> {
    Asked {
        version: 4,
        ..asked(entity)
    }
}

/// The same by anyone.
pub(crate) fn asked_by_anyone(entity: &str) -> Asked<'_> {
    Asked {
        public: true,
        ..asked(entity)
    }
}

/// What a provider gave, in JSON.
pub(crate) fn raw(body: &Value) -> Raw {
    Raw {
        body: body.to_string().into(),
        redirected: false,
    }
}

/// What a provider gave, as text.
pub(crate) fn raw_text(body: String) -> Raw {
    Raw {
        body: Bytes::from(body),
        redirected: false,
    }
}

/// INSEE on a company that is a legal person, active.
pub(crate) fn legal_person() -> Value {
    json!({"header": {"statut": 200, "message": "OK"}, "uniteLegale": {
        "siren": "418166096",
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "1998-04-01",
        "sigleUniteLegale": "OCTO",
        "identifiantAssociationUniteLegale": null,
        "trancheEffectifsUniteLegale": "31",
        "anneeEffectifsUniteLegale": "2023",
        "dateDernierTraitementUniteLegale": "2025-11-03T00:00:00",
        "activitePrincipaleNAF25UniteLegale": "62.20Y",
        "categorieEntreprise": "PME",
        "nombrePeriodesUniteLegale": 1,
        "periodesUniteLegale": [period("A", "1998-04-01")],
    }})
}

/// INSEE on a company that is a natural person, ceased.
pub(crate) fn natural_person() -> Value {
    let mut ceased = period("C", "2022-06-24");
    ceased["denominationUniteLegale"] = Value::Null;
    ceased["nomUniteLegale"] = json!("MOREAU");
    ceased["nomUsageUniteLegale"] = json!("DUPONT");
    ceased["categorieJuridiqueUniteLegale"] = json!("1000");
    let mut answer = legal_person();
    let record = &mut answer["uniteLegale"];
    record["sigleUniteLegale"] = Value::Null;
    record["statutDiffusionUniteLegale"] = json!("P");
    record["sexeUniteLegale"] = json!("F");
    record["prenom1UniteLegale"] = json!("AURELIE");
    record["prenom2UniteLegale"] = json!("NADIA");
    record["prenomUsuelUniteLegale"] = json!("AURELIE");
    record["categorieEntreprise"] = Value::Null;
    record["periodesUniteLegale"] = json!([ceased, period("A", "1998-04-01")]);
    answer
}

/// INSEE on an establishment, with what differs from the usual one.
pub(crate) fn establishment(change: impl FnOnce(&mut Value)) -> Value {
    let mut company = legal_person()["uniteLegale"].take();
    let current = company["periodesUniteLegale"][0].take();
    for (name, value) in current.as_object().unwrap() {
        company[name] = value.clone();
    }
    let mut record = json!({
        "siren": "418166096",
        "nic": "00069",
        "siret": "41816609600069",
        "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2005-02-19",
        "trancheEffectifsEtablissement": "22",
        "anneeEffectifsEtablissement": "2023",
        "dateDernierTraitementEtablissement": "2025-11-03T00:00:00",
        "activitePrincipaleNAF25Etablissement": "62.20Y",
        "etablissementSiege": true,
        "uniteLegale": company,
        "adresseEtablissement": {
            "complementAdresseEtablissement": "BATIMENT B",
            "numeroVoieEtablissement": "34",
            "indiceRepetitionEtablissement": "bis",
            "typeVoieEtablissement": "AV",
            "libelleVoieEtablissement": "DE L'OPERA",
            "codePostalEtablissement": "75002",
            "libelleCommuneEtablissement": "PARIS 2",
            "codeCommuneEtablissement": "75102",
        },
        "periodesEtablissement": [{
            "dateFin": null,
            "dateDebut": "2005-02-19",
            "etatAdministratifEtablissement": "A",
            "enseigne1Etablissement": "OCTO",
            "enseigne2Etablissement": "ACADEMY",
            "enseigne3Etablissement": null,
            "activitePrincipaleEtablissement": "62.02A",
            "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        }],
    });
    change(&mut record);
    json!({"header": {"statut": 200, "message": "OK"}, "etablissement": record})
}

/// INSEE on what an establishment carried on and what carries it on.
pub(crate) fn successions() -> Value {
    let link = |before: &str, after: &str, date: &str, moved: bool| {
        json!({
            "siretEtablissementPredecesseur": before,
            "siretEtablissementSuccesseur": after,
            "dateLienSuccession": date,
            "transfertSiege": moved,
            "continuiteEconomique": true,
            "dateDernierTraitementLienSuccession": format!("{date}T00:00:00"),
        })
    };
    json!({
        "header": {"statut": 200, "message": "OK", "total": 2, "debut": 0, "nombre": 2},
        "liensSuccession": [
            link("41816609600051", "41816609600069", "2005-02-19", true),
            link("41816609600069", "41816609600077", "2024-12-31", false),
        ],
    })
}

/// A document with such lines.
pub(crate) fn paper(lines: &[&str]) -> Paper {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    Paper {
        pdf: documents::pdf("Attestation", &lines, 0).into(),
        url: "http://here/siade/1-a.pdf".to_owned(),
        life: Duration::from_secs(86_400),
        today: "2026-01-15".parse().unwrap(),
    }
}

/// A desk at which an answer to the usual question is made.
pub(crate) fn desk<'a>(dice: &'a Dice, query: &'a Query) -> Desk<'a> {
    Desk {
        asked: asked("418166096"),
        query,
        now: Moment::from_unix_seconds(1_768_471_200),
        life: Duration::from_secs(86_400),
        chance: (dice, 1),
        kept: Vec::new(),
    }
}

/// Infogreffe's envelope around what it returns.
pub(crate) fn returned(content: &str) -> Raw {
    raw_text(format!(
        "<?xml version='1.0'?><s:Envelope xmlns:s='x'><s:Body><r><return>{content}</return></r></s:Body></s:Envelope>"
    ))
}

/// Infogreffe on a legal person.
pub(crate) const EXTRACT: &str = r#"<Extrait type="2">
  <dossier date_immat="27 MARS 1998" dateISO_immat="1998-03-27" date_extrait="15 JANVIER 2026">
    <entreprise id_adr_siege="AD2">
      <greffe code="7501">PARIS</greffe><num_ident siren="418166096"></num_ident>
      <pm forme_juridique="SOCIETE ANONYME" codeFormeJuridique="SAh"><denomination>OCTO  TECHNOLOGY</denomination>
        <capital><montant devise="EUROS" codeDevise="EUR" valeur="234567.80">234 567,80</montant></capital>
        <duree_ste><valeur_duree dateISO="2097-03-26">JUSQU'AU 26 MARS 2097</valeur_duree></duree_ste>
        <date_cloture dateISO="12-31"></date_cloture></pm>
    </entreprise>
    <liste_dirigeant>
      <dirigeant type="PP"><qualite>PRESIDENT</qualite><pp nationalite="FRANCAISE" codeNationalite="FR"><nom>DUPONT</nom><prenom>Jean</prenom>
        <naissance pays="FRANCE" codePays="FR"><date dateISO="1980-02-15">15 FEVRIER 1980</date><lieu>PARIS</lieu></naissance></pp></dirigeant>
      <dirigeant type="PM"><qualite>COMMISSAIRE AUX COMPTES</qualite><pm><denomination>AUDIT &amp; CIE</denomination><greffe code="9201">NANTERRE</greffe><num_ident siren="784824153"/></pm></dirigeant>
    </liste_dirigeant>
    <liste_observations><observation dateISO="2000-02-23" numero="12197"><libelle> CHANGEMENT DE  SIEGE </libelle></observation></liste_observations>
    <etablissement type="1"><nom_commercial>OCTO</nom_commercial><activite>Conseil en systèmes</activite>
      <origine_fonds>CREATION</origine_fonds><mode_exploit>EXPLOITATION DIRECTE</mode_exploit><codeAPE>6202A</codeAPE></etablissement>
  </dossier>
</Extrait>"#;

/// Infogreffe on a natural person who was struck off.
pub(crate) const TRADER: &str = r#"<Extrait type="1">
  <dossier dateISO_immat="2010-05-04" date_extrait="01 AOUT 2026" dateISO_radiation="2022-06-24">
    <entreprise><greffe code="6901">LYON</greffe><num_ident siren="350042925"/>
      <pp nationalite="FRANCAISE" codeNationalite="FR" adresse="AD2"><nom>MOREAU</nom><prenom>AURELIE NADIA</prenom>
        <naissance pays="FRANCE" codePays="FR"><date dateISO="1972-01-30"/><lieu>LYON</lieu></naissance></pp></entreprise>
    <liste_observations></liste_observations>
    <etablissement><codeAPE>9602A</codeAPE></etablissement>
  </dossier>
  <adresse id="AD1"><pays></pays></adresse>
  <adresse id="AD2"><nompostal>2 RUE DU PORT</nompostal><numero>2</numero><type>RUE</type><voie>DU PORT</voie>
    <ligne1>2 RUE DU PORT</ligne1><ligne2>69001  LYON (FRANCE) </ligne2><code_postal>69001</code_postal>
    <bureau_distributeur>LYON</bureau_distributeur><pays>FRANCE</pays></adresse>
</Extrait>"#;

/// Whether an answer has every member of the official description and no other.
pub(crate) fn assert_fits_the_official_description(path: &str, answer: &Value) {
    let Some(description) = &*OFFICIAL else {
        println!("skipped: DOUBLURE_REFERENCE is not set");
        return;
    };
    let schema = &description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    assert!(schema.is_object(), "no schema for {path}");
    fits(schema, answer, "answer");
}

/// Read once: it is long.
static OFFICIAL: LazyLock<Option<Value>> = LazyLock::new(|| {
    let folder = env::var("DOUBLURE_REFERENCE").ok()?;
    let file = Path::new(&folder).join("openapi/api_entreprise.yaml");
    Some(serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap())
});

fn fits(schema: &Value, value: &Value, place: &str) {
    if value.is_null() {
        assert_eq!(schema["nullable"], true, "{place} may not be null");
        return;
    }
    match schema["type"].as_str().unwrap_or_default() {
        "object" => object_fits(schema, value, place),
        "array" => {
            for item in value
                .as_array()
                .unwrap_or_else(|| panic!("{place} is no array"))
            {
                fits(&schema["items"], item, &format!("{place}[]"));
            }
        }
        kind => scalar_fits(schema, kind, value, place),
    }
}

fn object_fits(schema: &Value, value: &Value, place: &str) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{place} is no object"));
    let properties = &schema["properties"];
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            object.contains_key(name.as_str().unwrap()),
            "{place} lacks {name}"
        );
    }
    for (name, member) in object {
        let Some(known) = properties.get(name) else {
            assert_ne!(
                schema["additionalProperties"], false,
                "{place} has {name} besides"
            );
            continue;
        };
        fits(known, member, &format!("{place}.{name}"));
    }
}

fn scalar_fits(schema: &Value, kind: &str, value: &Value, place: &str) {
    let is_of_its_type = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "date" => value
            .as_str()
            .is_some_and(|text| text.parse::<Date>().is_ok()),
        other => panic!("{place} has the unknown type {other:?}"),
    };
    assert!(is_of_its_type, "{place} is no {kind}: {value}");
    // Where the description says that a value may be withheld, its list of values leaves that out.
    let told = schema["description"].as_str().unwrap_or_default();
    if value == "[ND]" && told.contains("[ND]") {
        return;
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{place} may not be {value}");
    }
}

fn period(state: &str, since: &str) -> Value {
    json!({
        "dateFin": null,
        "dateDebut": since,
        "etatAdministratifUniteLegale": state,
        "nomUniteLegale": null,
        "denominationUniteLegale": "OCTO TECHNOLOGY",
        "categorieJuridiqueUniteLegale": "5599",
        "activitePrincipaleUniteLegale": "62.02A",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "nicSiegeUniteLegale": "00069",
        "economieSocialeSolidaireUniteLegale": "N",
    })
}
