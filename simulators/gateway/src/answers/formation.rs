//! Qualiopi and France compétences: `api_entreprise_v3_carif_oref_certifications_qualiopi_france_competences`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    dates,
    fields::{record, tidy},
};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// What CARIF-OREF gave: nothing but nulls for one it does not know.
#[derive(Deserialize)]
struct Answer {
    siret_actif: Option<String>,
    etablissement: Option<Place>,
    unite_legale: Option<Company>,
    nda: Option<Vec<Declaration>>,
    habilitations: Option<Vec<Accreditation>>,
}

#[derive(Deserialize)]
struct Place {
    uai: Option<String>,
}

#[derive(Deserialize)]
struct Company {
    multinda: String,
}

/// A declaration of activity in CARIF-OREF's words.
#[derive(Deserialize)]
struct Declaration {
    nda: String,
    actif: String,
    date_derniere_declaration: String,
    debut_exercice: String,
    fin_exercice: String,
    qualiopi_action_formation: String,
    qualiopi_bilan_comptence: String,
    qualiopi_vae: String,
    qualiopi_apprentissage: String,
    obtention_qualiopi: Option<String>,
    code_specialite_1: Option<String>,
    libelle_specialite_1: Option<String>,
    code_specialite_2: Option<String>,
    libelle_specialite_2: Option<String>,
    code_specialite_3: Option<String>,
    libelle_specialite_3: Option<String>,
}

/// An accreditation in CARIF-OREF's words.
#[derive(Deserialize)]
struct Accreditation {
    code_fc: String,
    actif: String,
    etat_habilitation: String,
    date_habilitation: Option<String>,
    date_fin_enregistrement: Option<String>,
    date_decision: Option<String>,
    a_former: String,
    a_organiser: String,
    certificateur: Vec<Certifier>,
}

#[derive(Deserialize)]
struct Certifier {
    siret: String,
}

/// The answer for what CARIF-OREF gave.
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let answer: Answer = record(raw)?;
    let Some(siret) = answer.siret_actif else {
        return Err(Trouble::said(Class::NotFound, &raw.body));
    };
    let several = answer.unite_legale.map(|company| is_yes(&company.multinda));
    let declarations = answer.nda.unwrap_or_default();
    let accreditations = answer.habilitations.unwrap_or_default();
    let kept = accreditations
        .iter()
        .filter(|own| own.etat_habilitation != REMOVED);
    let data = json!({
        "siret": siret,
        "code_uai": answer.etablissement.and_then(|place| place.uai),
        "unite_legale_avec_plusieurs_nda": several.unwrap_or_default(),
        "declarations_activites_etablissement": declarations.iter().map(declared).collect::<Vec<_>>(),
        "habilitations_france_competence": kept.map(accredited).collect::<Vec<_>>(),
    });
    Ok(json!({"data": data, "links": {}, "meta": {}}))
}

fn declared(own: &Declaration) -> Value {
    json!({
        "numero_de_declaration": own.nda,
        "actif": is_yes(&own.actif),
        "date_derniere_declaration": own.date_derniere_declaration,
        "date_debut_exercice": own.debut_exercice,
        "date_fin_exercice": own.fin_exercice,
        "certification_qualiopi": {
            "action_formation": is_yes(&own.qualiopi_action_formation),
            "bilan_competences": is_yes(&own.qualiopi_bilan_comptence),
            "validation_acquis_experience": is_yes(&own.qualiopi_vae),
            "apprentissage": is_yes(&own.qualiopi_apprentissage),
            "obtention_via_unite_legale": own.obtention_qualiopi.as_deref().and_then(by_company),
        },
        "specialites": {
            "specialite_1": speciality(own.code_specialite_1.as_deref(), own.libelle_specialite_1.as_deref()),
            "specialite_2": speciality(own.code_specialite_2.as_deref(), own.libelle_specialite_2.as_deref()),
            "specialite_3": speciality(own.code_specialite_3.as_deref(), own.libelle_specialite_3.as_deref()),
        },
    })
}

fn speciality(code: Option<&str>, label: Option<&str>) -> Value {
    json!({"code": code, "libelle": label.map(tidy)})
}

fn accredited(own: &Accreditation) -> Value {
    let certifiers = own.certificateur.iter();
    json!({
        "code": own.code_fc,
        "actif": is_yes(&own.actif),
        "date_actif": day(own.date_habilitation.as_deref()),
        "date_fin_enregistrement": day(own.date_fin_enregistrement.as_deref()),
        "date_decision": day(own.date_decision.as_deref()),
        "habilitation_pour_former": is_yes(&own.a_former),
        "habilitation_pour_organiser_l_evaluation": is_yes(&own.a_organiser),
        "sirets_organismes_certificateurs": certifiers.map(|own| &own.siret).collect::<Vec<_>>(),
    })
}

/// Whether Qualiopi came with the company's; none: it does not say.
fn by_company(words: &str) -> Option<bool> {
    let direct = words.contains("direct sur le NDA");
    let spread = words.contains("par propagation via");
    (direct || spread).then_some(spread && !direct)
}

fn day(text: Option<&str>) -> Option<String> {
    dates::french(text?).map(|day| day.to_string())
}

fn is_yes(word: &str) -> bool {
    word == "True"
}

/// An accreditation that was taken back.
const REMOVED: &str = "Supprimé";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{
        assert_fits_the_official_description, certificates::training_body, raw,
    };

    const PATH: &str =
        "/v3/carif_oref/etablissements/{siret}/certifications_qualiopi_france_competences";

    #[test]
    fn declarations_and_accreditations_are_told_and_those_taken_back_are_not() {
        let answer = answer(&raw(&training_body())).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn how_qualiopi_was_come_by_is_read_in_words() {
        assert_eq!(by_company("obtenu en direct sur le NDA"), Some(false));
        assert_eq!(
            by_company("obtenu par propagation via 418166096"),
            Some(true)
        );
        assert_eq!(by_company(""), None);
    }

    #[test]
    fn nothing_but_nulls_is_not_found() {
        let nothing = json!({"siret_actif": null, "etablissement": null, "nda": null});

        assert_eq!(answer(&raw(&nothing)).unwrap_err().class, Class::NotFound);
    }
}
