//! Who holds a company, and what it holds: `api_entreprise_v3_dgfip_liens_capitalistiques`, read from the forms 2059-F
//! and 2059-G of its tax return.

use serde_json::{Value, json};

use super::liasses_fiscales::{Return, values};
use crate::{
    sources::Raw,
    trouble::{Class, Trouble},
};

/// The answer for what DGFIP gave. A return without either form is none for this operation, and stays so (facts 80).
pub(crate) fn answer(raw: &Raw) -> Result<Value, Trouble> {
    let whole = Return::of(raw)?;
    let (held_by, holds) = (whole.form("2059F"), whole.form("2059G"));
    if held_by.is_none() && holds.is_none() {
        return Err(Trouble::said(Class::NotFound, &raw.body).lasting());
    }
    Ok(json!({
        "data": {"capital": capital(Sheet(held_by)), "participations": holdings(Sheet(holds))},
        "links": {},
        "meta": {},
    }))
}

/// A form; none: it was not filed.
#[derive(Clone, Copy)]
struct Sheet<'a>(Option<&'a Value>);

impl Sheet<'_> {
    /// The value of a line at an index from 0 on.
    fn at(self, nref: &str, index: usize) -> Value {
        let values = self.0.map_or_else(Vec::new, |form| values(form, nref));
        values.into_iter().nth(index).unwrap_or_default()
    }

    /// How often a line is repeated.
    fn count(self, nref: &str) -> usize {
        self.0.map_or(0, |form| values(form, nref).len())
    }

    /// A number that is told in hundredths, whole.
    fn whole(self, nref: &str, index: usize) -> Option<i64> {
        self.hundredths(nref, index).map(|number| number / 100)
    }

    fn hundredths(self, nref: &str, index: usize) -> Option<i64> {
        self.at(nref, index).as_str()?.parse().ok()
    }

    /// The same with what stands behind the point.
    #[expect(clippy::cast_precision_loss, reason = "percentages have four digits")]
    fn percentage(self, nref: &str, index: usize) -> Option<f64> {
        self.hundredths(nref, index)
            .map(|number| number as f64 / 100.0)
    }

    /// Whether it was filed to say that there is nothing to say; none: it was not filed.
    fn is_empty(self, nref: &str) -> Option<bool> {
        self.0.map(|form| !values(form, nref).is_empty())
    }

    /// An address, from the number of its first line on.
    fn address(self, first: u32, index: usize) -> Value {
        let line = |offset: u32| self.at(&(first + offset).to_string(), index);
        json!({
            "numero": line(0),
            "voie": line(1),
            "lieu_dit_hameau": line(2),
            "code_postal": line(3),
            "ville": line(4),
            "pays": line(5),
        })
    }
}

fn capital(form: Sheet<'_>) -> Value {
    let companies = (0..form.count("304859")).map(|index| company(form, index));
    let people = (0..form.count("304868")).map(|index| person(form, index));
    json!({
        "actionnaires": companies.chain(people).collect::<Vec<_>>(),
        "repartition": {
            "personnes_physiques": {
                "total_actions": form.whole("309326", 0),
                "nombre": form.whole("309325", 0),
            },
            "personnes_morales": {
                "total_actions": form.whole("309324", 0),
                "nombre": form.whole("309323", 0),
            },
        },
        "depose_neant": form.is_empty("305767"),
    })
}

fn company(form: Sheet<'_>, index: usize) -> Value {
    json!({
        "type": "personne_morale",
        "pourcentage": form.percentage("304861", index),
        "nombre_parts": form.whole("304860", index),
        "personne_physique_attributes": {
            "civilite": null,
            "nom_patronymique_et_prenoms": null,
            "nom_marital": null,
            "date_naissance": {"annee": null, "mois": null},
        },
        "personne_morale_attributes": {
            "siren": form.at("304859", index),
            "denomination": form.at("304857", index),
            "complement_denomination": form.at("304858", index),
            "forme_juridique": form.at("306875", index),
        },
        "adresse": form.address(304_862, index),
    })
}

fn person(form: Sheet<'_>, index: usize) -> Value {
    let born = form.at("304878", index);
    let part = |from, to| born.as_str().and_then(|born| born.get(from..to));
    json!({
        "type": "personne_physique",
        "pourcentage": form.percentage("304871", index),
        "nombre_parts": form.whole("304870", index),
        "personne_physique_attributes": {
            "civilite": form.at("306874", index),
            "nom_patronymique_et_prenoms": form.at("304868", index),
            "nom_marital": form.at("304869", index),
            // The day is nobody's business.
            "date_naissance": {"annee": part(0, 4), "mois": part(4, 6)},
        },
        "personne_morale_attributes": {
            "siren": null,
            "denomination": null,
            "complement_denomination": null,
            "forme_juridique": null,
        },
        "adresse": form.address(304_872, index),
    })
}

fn holdings(form: Sheet<'_>) -> Value {
    let held = (0..form.count("304960")).map(|index| {
        json!({
            "siren": form.at("304960", index),
            "denomination": form.at("304958", index),
            "complement_denomination": form.at("304959", index),
            "forme_juridique": form.at("306876", index),
            "pourcentage_detention": form.percentage("304967", index),
            "adresse": form.address(304_961, index),
        })
    });
    let held: Vec<Value> = held.collect();
    let is_empty = form.is_empty("305768");
    json!({
        "nombre_filiales": form.whole("309327", 0).or_else(|| is_empty.map(|_| 0)),
        "filiales": held,
        "depose_neant": is_empty,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::samples::{assert_fits_the_official_description, raw, tax_return};

    const PATH: &str = "/v3/dgfip/unites_legales/{siren}/liens_capitalistiques/{year}";

    #[test]
    fn shareholders_and_subsidiaries_are_read_from_the_forms() {
        let answer = answer(&raw(&tax_return())).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        insta::assert_snapshot!(format!("{answer:#}"));
    }

    #[test]
    fn a_form_that_says_nothing_is_told_from_one_that_is_missing() {
        let nothing = json!({"code_nref": "305768", "valeur": "1"});
        let only_the_second = json!({"entreprise": {}, "declarations": [
            {"numero_imprime": "2059G", "imprime": {"donnees": nothing}},
        ]});

        let answer = answer(&raw(&only_the_second)).unwrap();

        assert_fits_the_official_description(PATH, &answer);
        assert_eq!(answer["data"]["capital"]["depose_neant"], Value::Null);
        assert_eq!(answer["data"]["participations"]["depose_neant"], true);
        assert_eq!(answer["data"]["participations"]["nombre_filiales"], 0);
    }

    #[test]
    fn a_return_without_either_form_is_not_found_and_stays_so() {
        let refused = answer(&raw(&json!({"entreprise": {}, "declarations": []}))).unwrap_err();

        assert_eq!((refused.class, refused.lasts), (Class::NotFound, true));
    }
}
