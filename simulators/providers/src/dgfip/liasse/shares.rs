//! The forms about shares, 2059-F and 2059-G: lines that repeat, one index for each shareholder or subsidiary.

use doublure_fixtures::world::{
    Address, FormState, Holder, Holdings, ShareForms, Shareholder, Subsidiary,
};
use serde_json::{Value, json};

/// Those of the two forms that are there.
pub(super) fn forms(shares: &ShareForms) -> Vec<(&'static str, Vec<Value>)> {
    let ShareForms {
        shareholders,
        subsidiaries,
        holdings,
    } = shares;
    let of = |form, state: FormState, empty: &str, filled: fn(&Holdings) -> Vec<Value>| match state
    {
        FormState::Filled => Some((form, filled(holdings))),
        FormState::Empty => Some((form, vec![json!({"code_nref": empty, "valeur": "1"})])),
        FormState::Missing => None,
    };
    let first = of("2059F", *shareholders, "305767", held_by);
    let second = of("2059G", *subsidiaries, "305768", holds);
    first.into_iter().chain(second).collect()
}

fn held_by(holdings: &Holdings) -> Vec<Value> {
    let (legal, natural): (Vec<&Shareholder>, Vec<&Shareholder>) = holdings
        .shareholders
        .iter()
        .partition(|holder| matches!(holder.holder, Holder::Legal { .. }));
    let mut lines = Vec::new();
    for (count, total, holders) in [("309323", "309324", &legal), ("309325", "309326", &natural)] {
        if !holders.is_empty() {
            let shares: u64 = holders.iter().map(|holder| holder.shares).sum();
            lines.push(hundredths(count, holders.len() as u64));
            lines.push(hundredths(total, shares));
        }
    }
    for (index, holder) in (1..).zip(legal) {
        lines.extend(legal_holder(index, holder));
    }
    for (index, holder) in (1..).zip(natural) {
        lines.extend(natural_holder(index, holder));
    }
    lines
}

fn legal_holder(index: usize, shareholder: &Shareholder) -> Vec<Value> {
    let Holder::Legal {
        siren,
        name,
        legal_form,
    } = &shareholder.holder
    else {
        return Vec::new();
    };
    let mut lines = vec![
        repeated("304857", index, name),
        repeated("304859", index, &siren.to_string()),
        repeated("304860", index, &(shareholder.shares * 100).to_string()),
        repeated("304861", index, &shareholder.basis_points.to_string()),
        repeated("306875", index, legal_form),
    ];
    let place = ["304862", "304863", "304865", "304866", "304867"];
    lines.extend(address(place, index, &shareholder.address));
    lines
}

fn natural_holder(index: usize, shareholder: &Shareholder) -> Vec<Value> {
    let Holder::Natural {
        civility,
        name,
        born,
    } = &shareholder.holder
    else {
        return Vec::new();
    };
    let mut lines = vec![
        repeated("306874", index, civility),
        repeated("304868", index, name),
        // What is not said is said so.
        repeated("304869", index, "NS"),
        repeated("304870", index, &(shareholder.shares * 100).to_string()),
        repeated("304871", index, &shareholder.basis_points.to_string()),
        repeated("304878", index, &born.strftime("%Y%m%d").to_string()),
    ];
    let place = ["304872", "304873", "304875", "304876", "304877"];
    lines.extend(address(place, index, &shareholder.address));
    lines
}

fn holds(holdings: &Holdings) -> Vec<Value> {
    let mut lines = vec![hundredths("309327", holdings.subsidiaries.len() as u64)];
    for (index, held) in (1..).zip(&holdings.subsidiaries) {
        lines.extend(subsidiary(index, held));
    }
    lines
}

fn subsidiary(index: usize, held: &Subsidiary) -> Vec<Value> {
    let mut lines = vec![
        repeated("304958", index, &held.name),
        repeated("304960", index, &held.siren.to_string()),
        repeated("306876", index, &held.legal_form),
        repeated("304967", index, &held.basis_points.to_string()),
    ];
    let place = ["304961", "304962", "304964", "304965", "304966"];
    lines.extend(address(place, index, &held.address));
    lines
}

/// Number, street, post code, town, country.
fn address(nrefs: [&str; 5], index: usize, address: &Address) -> Vec<Value> {
    let values = [
        format!("{:0>4}", address.number),
        format!("{} {}", address.street_kind, address.street),
        address.post_code.clone(),
        address.commune.clone(),
        "FR".to_owned(),
    ];
    let lines = nrefs.iter().zip(values);
    lines
        .map(|(nref, value)| repeated(nref, index, &value))
        .collect()
}

fn repeated(nref: &str, index: usize, value: &str) -> Value {
    json!({
        "code_nref": nref,
        "valeurs": {"indiceRepetition": index.to_string(), "valeur": value},
    })
}

/// Numbers are told in hundredths.
fn hundredths(nref: &str, number: u64) -> Value {
    json!({"code_nref": nref, "valeur": (number * 100).to_string()})
}
