//! What `serve` tells a person once everything listens: addresses, tokens, lines to copy.

use std::{collections::BTreeSet, fmt::Write};

use doublure_control::SessionView;
use doublure_fixtures::{
    Contract, Edition, Siret, World,
    contract::{Operation, Whom},
};

use crate::{
    environment::{ALL_IN_ORDER, CONTEXT, OBJECT, RECIPIENT, STANDARD, siren_of},
    started::Started,
    terminal::{FAINT, HINT, STRONG},
};

/// The whole text.
pub(crate) fn greeting(started: &Started) -> String {
    let view = &started.view;
    let mut text = format!(
        "{STRONG}Doublure {version}{STRONG:#}: edition {}, scenario {}, seed {}, clock {}\n",
        view.edition,
        view.scenario,
        view.seed,
        if view.clock.manual { "manual" } else { "real" },
        version = env!("CARGO_PKG_VERSION"),
    );
    let names = view.providers.keys().map(String::len);
    let width = names.max().unwrap_or_default().max("authority".len());
    let mut row = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {name:<width$}  {HINT}{value}{HINT:#}");
    };
    if let Some(gateway) = &view.gateway {
        row("gateway", gateway);
    }
    row("control", &format!("http://{}", started.control()));
    let authority = started
        .authority
        .as_ref()
        .map(|path| path.display().to_string());
    if let Some(authority) = &authority {
        row("authority", authority);
    }
    for (provider, address) in &view.providers {
        row(provider, address);
    }
    text += &tokens(view);
    if let Some(gateway) = &view.gateway {
        let _ = write!(
            text,
            "\n{}\n{FAINT}# all the others: doublure operations{FAINT:#}",
            curl_lines(gateway, authority.as_deref(), &view.edition).join("\n")
        );
    }
    text
}

fn tokens(view: &SessionView) -> String {
    let mut text = String::from("\n");
    if let Some(standard) = view.tokens.get(STANDARD) {
        let _ = writeln!(text, "export DOUBLURE_TOKEN={standard}");
    }
    let others: Vec<_> = view
        .tokens
        .keys()
        .filter(|name| *name != STANDARD)
        .map(String::as_str)
        .collect();
    let _ = writeln!(
        text,
        "{FAINT}# also: doublure token --name {}{FAINT:#}",
        others.join("|")
    );
    text
}

/// A line to copy for the first operation of each set of providers that this edition serves.
fn curl_lines(gateway: &str, authority: Option<&str>, edition: &str) -> Vec<String> {
    let believing = authority.map_or_else(String::new, |path| format!(r#" --cacert "{path}""#));
    // What is left of version 2 there answers 410.
    let gone = edition == Edition::Observed.to_string();
    let mut shown = BTreeSet::new();
    Contract::built_in()
        .operations()
        .iter()
        .filter(|operation| operation.version != 2 || !gone)
        .filter(|operation| shown.insert(operation.providers.clone()))
        .filter_map(|operation| target(operation))
        .map(|target| {
            format!(r#"curl -sS{believing} -H "Authorization: Bearer $DOUBLURE_TOKEN" "{gateway}{target}""#)
        })
        .collect()
}

/// Path and query of a call that goes well.
fn target(operation: &Operation) -> Option<String> {
    let siren = siren_of(ALL_IN_ORDER)?;
    let mut target = operation.path_for(Whom {
        siren: siren.parse().ok()?,
        siret: head_office(siren)?,
    });
    if operation.tracing {
        target += &format!("?context={CONTEXT}&recipient={RECIPIENT}&object={OBJECT}");
    }
    Some(target)
}

/// SIRET of a company's head office.
fn head_office(siren: &str) -> Option<Siret> {
    let company = World::new(0, 0).company(siren.parse().ok()?)?;
    let head_office = company.establishments.first()?;
    Some(head_office.siret)
}
