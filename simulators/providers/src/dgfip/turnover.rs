//! The call `chiffre-affaires`.

use bytes::Bytes;
use doublure_fixtures::{Siret, World, world::Accounts};
use http::StatusCode;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Call, not_found};
use crate::{
    dialect::Asked,
    words::{JSON, Words},
};

/// What DGFIP says of the turnover of an establishment's company: its three latest years.
///
/// Of a company that exists and files no accounts it says nothing, in one of four ways.
pub(super) fn answer(asked: &Asked<'_, Call>, world: &World) -> Words {
    let siret = asked.entity.parse::<Siret>().ok();
    let Some((company, _)) = siret.and_then(|siret| world.establishment(siret)) else {
        return not_found(asked);
    };
    let years: Vec<Value> = world.accounts(&company).iter().take(3).map(year).collect();
    let nothing = |body: &'static str| Words::new(StatusCode::OK, JSON, body);
    match (years.as_slice(), company.siren.as_u32() / 10 % 4) {
        ([], 0) => Words::new(StatusCode::NO_CONTENT, JSON, Bytes::new()),
        ([], 1) => nothing("null"),
        ([], 2) => nothing(""),
        (years, _) => Words::json(StatusCode::OK, &json!({"liste_ca": years})),
    }
}

/// `{"ca":"648374448","dateFinExercice":"2016-12-31T00:00:00+01:00"}`.
fn year(accounts: &Accounts) -> Value {
    let midnight = TimeZone::get("Europe/Paris")
        .and_then(|paris| accounts.end.to_zoned(paris))
        .map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    json!({
        "ca": accounts.turnover.to_string(),
        "dateFinExercice": midnight.unwrap_or_else(|_| accounts.end.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing;

    #[test]
    fn the_end_of_a_year_is_midnight_in_paris() {
        let company = testing::world()
            .company(testing::siren("all-in-order").parse().unwrap())
            .unwrap();
        let of = |end| {
            let accounts = testing::world().accounts(&company)[0];
            year(&Accounts { end, ..accounts })["dateFinExercice"].clone()
        };

        assert_eq!(of(date(2016, 12, 31)), "2016-12-31T00:00:00+01:00");
        assert_eq!(of(date(2016, 6, 30)), "2016-06-30T00:00:00+02:00");
    }

    #[test]
    fn every_way_to_say_nothing_is_met() {
        let world = testing::world();
        let mut said: Vec<String> = (0..300)
            .filter_map(|rank| world.company(world.siren_of(rank)?))
            .filter(|company| world.accounts(company).is_empty())
            .map(|company| {
                let siret = company.establishments[0].siret.to_string();
                let asked = Asked::of(Call::ChiffreAffaires, &siret, testing::now());
                let words = answer(&asked, &world);
                format!(
                    "{} {}",
                    words.status.as_u16(),
                    String::from_utf8_lossy(&words.body)
                )
            })
            .collect();
        said.sort();
        said.dedup();

        assert_eq!(said, ["200 ", "200 null", "200 {\"liste_ca\":[]}", "204 "]);
    }
}
