//! The documents of a company, as the register lists them.

use doublure_fixtures::{
    Date,
    world::{
        Company,
        rne::{Access, AccountsKind, Content, Deposit, RneEntry},
    },
};
use serde_json::{Map, Value, json};

use crate::dialect::name;

/// `{"actes":[…],"bilans":[…]}`.
pub(super) fn record(company: &Company, entry: &RneEntry) -> Value {
    let of = |deeds: bool| {
        let is_deed = |deposit: &&Deposit| matches!(deposit.content, Content::Deed(_)) == deeds;
        let deposits = entry.deposits.iter().filter(is_deed);
        deposits
            .map(|deposit| document(company, deposit))
            .collect::<Vec<Value>>()
    };
    json!({"actes": of(true), "bilans": of(false)})
}

fn document(company: &Company, deposit: &Deposit) -> Value {
    let mut record = Map::new();
    record.extend([
        ("updatedAt".to_owned(), json!(at_night(deposit.updated))),
        ("siren".to_owned(), json!(company.siren.to_string())),
        ("denomination".to_owned(), json!(name(&company.identity))),
        ("dateDepot".to_owned(), json!(deposit.filed.to_string())),
        ("nomDocument".to_owned(), json!(deposit.name)),
        (
            "confidentiality".to_owned(),
            json!(confidentiality(deposit.access)),
        ),
        (
            "deleted".to_owned(),
            json!(deposit.access == Access::Deleted),
        ),
        ("id".to_owned(), json!(deposit.id)),
    ]);
    match &deposit.content {
        // Older deeds have no such field.
        Content::Deed(None) => {}
        Content::Deed(Some(kinds)) => {
            let kinds = kinds.iter().map(|(deed, decision)| match decision {
                Some(decision) => json!({"typeActe": deed, "decision": decision}),
                None => json!({"typeActe": deed}),
            });
            record.insert("typeRdd".to_owned(), kinds.collect());
        }
        Content::Accounts { closed, kind } => {
            record.insert("dateCloture".to_owned(), json!(closed.to_string()));
            record.insert("typeBilan".to_owned(), json!(letter(*kind)));
        }
    }
    Value::Object(record)
}

fn at_night(day: Date) -> String {
    format!("{day}T04:55:39+02:00")
}

const fn confidentiality(access: Access) -> &'static str {
    match access {
        Access::Public | Access::Deleted => "Public",
        Access::Confidential => "Confidentiel",
    }
}

const fn letter(kind: AccountsKind) -> &'static str {
    match kind {
        AccountsKind::Complete => "C",
        AccountsKind::Simplified => "S",
        AccountsKind::Consolidated => "K",
        AccountsKind::Bank => "B",
        AccountsKind::Insurance => "A",
        AccountsKind::SmallFarm => "AS",
    }
}
