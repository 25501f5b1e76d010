//! What those who hand out certificates say, as tests need it.

use serde_json::{Value, json};

/// OPQIBI on a firm of engineers.
pub(crate) fn certificate_of_engineers() -> Value {
    let qualification = |code: &str, rge: &str| {
        json!({
            "Nom": "Etude  thermique",
            "CodeQualification": code,
            "Definition": "Calculs pour une maison neuve. ",
            "rge": rge,
        })
    };
    json!({
        "numero_certificat": "97 02 1234",
        "url": "https://www.opqibi.com/fiche/1777",
        "date_de_delivrance_du_certificat": "28/01/2021",
        "duree_de_validite_du_certificat": "valable  un an",
        "assurance": "ALLIANZ -  XL INSURANCE",
        "qualifications": [qualification("1331", "1"), qualification("1202", "0")],
        "date_de_validite_des_qualification": "21/02/2025",
        "qualifications_probatoires": [qualification("1905", "0")],
        "date_de_validite_des_qualifications_probatoires": "21/02/2023",
    })
}

/// Qualifelec on an electrician with one certificate.
pub(crate) fn certificates_of_electricians() -> Value {
    let named = |code: &str, label: &str| json!([{"code": code, "label": label}]);
    json!([{
        "url": "https://www.qualifelec.fr/certificats/2840.pdf",
        "num": 2840,
        "rge": true,
        "start_date": 1_675_249_200,
        "end_date": 1_706_698_800,
        "label": "Installations  Électriques",
        "qualification_start_date": 1_675_249_200,
        "qualification_end_date": 1_801_393_200,
        "indexes": named("LCPT", "Logement Commerce Petit Tertiaire"),
        "mentions": named("RGE", "Reconnu Garant de l'Environnement"),
        "domains": named("SU", "Sûreté"),
        "classification": {"code": 1, "label": "Classe 1 - de 1 à 3 exécutants"},
        "decennial_insurance": "AXA",
        "decennial_insurance_start_date": 1_675_249_200,
        "decennial_insurance_end_date": 1_706_698_800,
        "liability_insurance": "ALLIANZ IARD",
        "liability_insurance_start_date": 1_675_249_200,
        "liability_insurance_end_date": null,
    }])
}

/// ADEME on a place with one line.
pub(crate) fn labels() -> Value {
    json!({"total": 1, "results": [{
        "_id": "Q112379-8611M12D10-2017-03-23",
        "_updatedAt": "2021-02-25T04:12:07.311Z",
        "siret": "41816609600069",
        "url_qualification": "https://www.faire.gouv.fr/rge/qualibat/Q112379.pdf",
        "nom_certificat": "Qualisol  CESI",
        "domaine": "Isolation par l'intérieur des murs ou rampants de toitures  ou plafonds",
        "meta_domaine": "anciens domaines avant 2021",
        "code_qualification": "32",
        "nom_qualification": "QualiPV Elec (32)",
        "organisme": "qualibat",
        "lien_date_debut": "2020-12-24",
        "lien_date_fin": "2025-08-01",
        "traitement_termine": false,
    }]})
}

/// CARIF-OREF on a training body: a declaration, an accreditation, one that was taken back.
pub(crate) fn training_body() -> Value {
    let accreditation = |code: &str, state: &str| {
        json!({
            "code_fc": code,
            "actif": "True",
            "etat_habilitation": state,
            "date_habilitation": "30/01/2020",
            "date_fin_enregistrement": null,
            "date_decision": "30/01/2020",
            "a_former": "True",
            "a_organiser": "False",
            "certificateur": [{"siret": "13002526500013"}],
        })
    };
    json!({
        "siret_actif": "41816609600069",
        "etablissement": {"siret": "41816609600069", "uai": null},
        "unite_legale": {"siren": "418166096", "multinda": "False"},
        "nda": [{
            "nda": "11910843391",
            "actif": "True",
            "date_derniere_declaration": "2021-01-30",
            "debut_exercice": "2021-01-30",
            "fin_exercice": "2021-12-31",
            "qualiopi_action_formation": "True",
            "qualiopi_bilan_comptence": "False",
            "qualiopi_vae": "False",
            "qualiopi_apprentissage": "False",
            "obtention_qualiopi": "Qualiopi obtenu par propagation via 418166096",
            "code_specialite_1": "313",
            "libelle_specialite_1": "Finances,  banque, assurances",
            "code_specialite_2": null,
            "libelle_specialite_2": null,
            "code_specialite_3": null,
            "libelle_specialite_3": null,
        }],
        "habilitations": [accreditation("RNCP10013", "Validé"), accreditation("RS5453", "Supprimé")],
    })
}

/// The Fabrique on a place with two agreements.
pub(crate) fn agreements() -> Value {
    let agreement = |num: u64, state: &str, synonyms: Value| {
        json!({
            "id": format!("KALICONT{num:012}"),
            "num": num,
            "title": " Convention  collective nationale de quelque métier",
            "shortTitle": "Quelque métier ",
            "active": true,
            "etat": state,
            "url": "https://www.legifrance.gouv.fr/affichIDCC.do?idConvention=KALICONT000005635173",
            "synonymes": synonyms,
            "date_publi": "1988-01-01T00:00:00.000Z",
        })
    };
    json!([{
        "conventions": [
            agreement(1486, "VIGUEUR_ETEN", json!(["syntec"])),
            agreement(2420, "VIGUEUR", Value::Null),
        ],
        "siret": "41816609600069",
    }])
}
