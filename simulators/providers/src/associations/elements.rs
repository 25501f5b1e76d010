//! Elements that stand in several parts of a record, each as the directory writes it.

use doublure_fixtures::{
    Date,
    world::{Address, Headcount},
};

use crate::xml::{element, text};

pub(super) fn staff(headcount: Option<&Headcount>) -> String {
    let year = headcount.and_then(|headcount| headcount.year);
    [
        option(
            "id_tranche_effectif",
            headcount.map(|headcount| headcount.code.to_owned()),
        ),
        option(
            "lib_tranche_effectif",
            headcount.map(|headcount| headcount.label.to_owned()),
        ),
        text(
            "annee_effectif_salarie_cent",
            &year.map_or_else(|| "0   ".to_owned(), |year| year.to_string()),
        ),
    ]
    .concat()
}

pub(super) fn address(field: &str, address: &Address) -> String {
    let content = [
        option("cplt_1", address.complement.clone()),
        text("num_voie", &format!("{} ", address.number)),
        text("type_voie", address.street_kind),
        text("voie", &address.street),
        text("cp", &address.post_code),
        text("commune", &address.commune),
        text("code_insee", &address.commune_code),
    ];
    element(field, &[], &content.concat())
}

pub(super) fn link(id: &str) -> String {
    format!("http://localhost:8181/services/documents/{id}")
}

pub(super) fn list<T>(
    outer: &str,
    inner: &str,
    items: &[T],
    content: impl Fn(&T) -> String,
) -> String {
    let all: String = items
        .iter()
        .map(|item| element(inner, &[], &content(item)))
        .collect();
    element(outer, &[], &all)
}

pub(super) fn option(name: &str, value: Option<String>) -> String {
    value.map(|value| text(name, &value)).unwrap_or_default()
}

pub(super) fn day(name: &str, day: Option<Date>) -> String {
    text(
        name,
        &day.map_or_else(|| "0001-01-01".to_owned(), |day| day.to_string()),
    )
}

pub(super) fn number(name: &str, value: u32) -> String {
    text(name, &value.to_string())
}

pub(super) fn money(name: &str, euros: i64) -> String {
    text(name, &format!("{euros}.00"))
}

pub(super) const fn flag(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

/// `Le gall`.
pub(super) fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or((name, ""));
    format!("{first}{}", rest.to_lowercase())
}
