//! The catalogue as a page for people: `conformance/RULES.md`.

use std::fmt::{self, Write};

use doublure_rules::{Role, Rule};

use super::of;

/// The page.
pub fn page() -> String {
    let mut page = String::new();
    // Writing into a string cannot fail.
    let _ = write(&mut page);
    page
}

fn write(out: &mut String) -> fmt::Result {
    writeln!(out, "# Rules\n")?;
    writeln!(
        out,
        "Written from the catalogue (`conformance/suites`); a test holds it current.\n"
    )?;
    writeln!(
        out,
        "A source `002:106` is line 106 of the project's document 002, `facts 49` an observed fact, `house` our own decision."
    )?;
    for (role, title) in [
        (Role::Gateway, "Gateway"),
        (Role::Client, "Client"),
        (Role::Provider, "Provider"),
    ] {
        let mut rules = of(role).peekable();
        if rules.peek().is_none() {
            continue;
        }
        writeln!(out, "\n## {title}\n")?;
        writeln!(
            out,
            "| rule | level | what is demanded | source | trial | needs | fails for |"
        )?;
        writeln!(out, "|---|---|---|---|---|---|---|")?;
        for rule in rules {
            row(rule, out)?;
        }
    }
    Ok(())
}

fn row(rule: &Rule, out: &mut String) -> fmt::Result {
    let needs: Vec<String> = rule.needs.iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "| `{}` | {} | {} | {} | {} | {} | {} |",
        rule.id,
        rule.level,
        rule.sentence,
        rule.source,
        rule.trial,
        needs.join(", "),
        rule.reasons.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../RULES.md");

    #[test]
    fn the_page_in_the_repository_is_current() {
        if env::var_os("DOUBLURE_UPDATE").is_some() {
            fs::write(PATH, page()).unwrap();
        }

        let written = fs::read_to_string(PATH).unwrap_or_default();

        assert!(
            written == page(),
            "conformance/RULES.md is not what the catalogue says: \
             write it anew with DOUBLURE_UPDATE=1 cargo test -p doublure-suites"
        );
    }
}
