//! Companies for trials: each probe has one of its own, so that it is told from all others.

use std::sync::atomic::{AtomicU32, Ordering};

use doublure_fixtures::{
    Siren, World,
    contract::{Operation, Whom},
    world::{Company, Diffusion, Standing, Vigilance},
};

use crate::{bench::TrialError, probe::Ask};

/// Hands out companies, none twice.
#[derive(Debug)]
pub struct Cast {
    world: World,
    next: AtomicU32,
}

impl Cast {
    /// The companies of the world with this seed.
    pub const fn new(seed: u64) -> Self {
        Self {
            world: World::new(seed, COMPANIES),
            next: AtomicU32::new(0),
        }
    }

    /// A probe of an operation about a company that every provider answers well about.
    pub fn ask(&self, operation: &Operation) -> Result<Ask, TrialError> {
        let company = self.flawless_for(operation)?;
        let head_office = company.establishments.first();
        let whom = Whom {
            siren: company.siren,
            siret: head_office.ok_or(TrialError::Cast(FLAWLESS))?.siret,
        };
        Ok(Ask::operation(operation, whom))
    }

    /// The same for an operation that only few companies have an answer to.
    fn flawless_for(&self, operation: &Operation) -> Result<Company, TrialError> {
        loop {
            let company = self.flawless()?;
            let office = company.establishments.first();
            let carried_on = office.map(|office| self.world.successions(office.siret));
            if operation.id != SUCCESSIONS || carried_on.is_some_and(|links| !links.is_empty()) {
                return Ok(company);
            }
        }
    }

    /// A company that every provider answers well about.
    fn flawless(&self) -> Result<Company, TrialError> {
        std::iter::from_fn(|| {
            self.world
                .siren_of(self.next.fetch_add(1, Ordering::Relaxed))
        })
        .filter_map(|siren| self.world.company(siren))
        .find(is_flawless)
        .ok_or(TrialError::Cast(FLAWLESS))
    }

    /// SIREN of a well-known company.
    pub fn well_known(name: &str) -> Result<Siren, TrialError> {
        World::well_known()
            .iter()
            .find(|known| known.name == name)
            .and_then(|known| known.siren.parse().ok())
            .ok_or(TrialError::Cast("bears a well-known name"))
    }
}

fn is_flawless(company: &Company) -> bool {
    company.ceased.is_none()
        && company.merged_into.is_none()
        && company.diffusion == Diffusion::Full
        && company.commercial_use
        && company
            .registration
            .as_ref()
            .is_some_and(|entry| entry.struck_off.is_none())
        && company.vigilance == Vigilance::Delivered
        && company.tax == Standing::InOrder
}

/// As many as every session of a trial has.
pub(crate) const COMPANIES: u32 = 300;
const SUCCESSIONS: &str = "api_entreprise_v3_insee_successions";
const FLAWLESS: &str = "every provider answers well about";

#[cfg(test)]
mod tests {
    use doublure_fixtures::Contract;

    use super::*;

    #[test]
    fn no_company_is_handed_out_twice() {
        let contract = Contract::built_in();
        let operation = contract
            .operation("api_entreprise_v3_insee_unites_legales")
            .unwrap();
        let cast = Cast::new(1);

        let mut entities: Vec<_> = (0..20)
            .map(|_| cast.ask(operation).unwrap().entity)
            .collect();
        entities.sort();
        entities.dedup();

        assert_eq!(entities.len(), 20);
    }

    #[test]
    fn an_establishment_is_asked_for_by_its_siret() {
        let contract = Contract::built_in();
        let operation = contract
            .operation("api_entreprise_v3_insee_etablissements")
            .unwrap();

        let ask = Cast::new(1).ask(operation).unwrap();

        assert_eq!(ask.entity.unwrap().len(), 14);
    }

    #[test]
    fn successions_are_asked_of_an_establishment_that_has_some() {
        let contract = Contract::built_in();
        let cast = Cast::new(1);

        let ask = cast.ask(contract.operation(SUCCESSIONS).unwrap()).unwrap();

        let siret = ask.entity.unwrap().parse().unwrap();
        assert_ne!(cast.world.successions(siret), []);
    }

    #[test]
    fn a_world_that_is_used_up_says_what_was_looked_for() {
        let cast = Cast::new(1);

        let found = (0..=COMPANIES).map(|_| cast.flawless());
        let refusal = found.filter_map(Result::err).next().unwrap();

        assert!(refusal.to_string().contains(FLAWLESS));
    }
}
