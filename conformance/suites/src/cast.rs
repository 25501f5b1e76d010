//! Companies for trials: each probe has one of its own, so that it is told from all others.

mod fitting;

use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering},
};

use doublure_control::locked;
use doublure_fixtures::{
    Siren, World,
    contract::{Operation, Whom},
    world::{Company, Diffusion},
};

use crate::{bench::TrialError, probe::Ask};

/// Hands out companies, none twice.
#[derive(Debug)]
pub struct Cast {
    world: World,
    waiting: Mutex<Waiting>,
    nobodies: AtomicU32,
}

/// Those who have not been handed out.
#[derive(Debug, Default)]
struct Waiting {
    /// Ranks of those who were looked at for an operation that they have no answer to.
    passed_over: Vec<u32>,
    /// The first rank that nobody has looked at.
    next: u32,
}

impl Cast {
    /// The companies of the world with this seed.
    pub fn new(seed: u64) -> Self {
        Self {
            world: World::new(seed, COMPANIES),
            waiting: Mutex::default(),
            nobodies: AtomicU32::new(0),
        }
    }

    /// A probe of an operation about a company that its providers answer well about.
    pub fn ask(&self, operation: &Operation) -> Result<Ask, TrialError> {
        let company = self.fitting(&operation.id)?;
        let head_office = company.establishments.first();
        let whom = Whom {
            siren: company.siren,
            siret: head_office.ok_or(TrialError::Cast(FLAWLESS))?.siret,
        };
        Ok(Ask::operation(operation, whom))
    }

    /// The same; about nobody once all of them were handed out.
    pub fn ask_on(&self, operation: &Operation) -> Ask {
        self.ask(operation)
            .unwrap_or_else(|_| Ask::operation(operation, self.nobody()))
    }

    /// A company that the providers of an operation answer well about.
    fn fitting(&self, operation: &str) -> Result<Company, TrialError> {
        let mut waiting = locked(&self.waiting);
        let fitting = |rank: u32| {
            let company = self.of_rank(rank)?;
            fitting::fits(&self.world, &company, operation).then_some(company)
        };
        for place in 0..waiting.passed_over.len() {
            if let Some(company) = fitting(waiting.passed_over[place]) {
                waiting.passed_over.remove(place);
                return Ok(company);
            }
        }
        while waiting.next < COMPANIES {
            let rank = waiting.next;
            waiting.next += 1;
            match fitting(rank) {
                Some(company) => return Ok(company),
                None => waiting.passed_over.push(rank),
            }
        }
        Err(TrialError::Cast(FLAWLESS))
    }

    fn of_rank(&self, rank: u32) -> Option<Company> {
        self.world.company(self.world.siren_of(rank)?)
    }

    /// A company and an establishment that no provider knows, another one each time.
    pub fn nobody(&self) -> Whom {
        let stems = std::iter::repeat_with(|| self.nobodies.fetch_add(1, Ordering::Relaxed));
        let unknown = stems
            .map(|stem| Siren::from_stem(UNKNOWN + stem))
            .find(|siren| self.world.company(*siren).is_none());
        Whom::of(unknown.unwrap_or_else(|| Siren::from_stem(UNKNOWN)))
    }

    /// A company that INSEE knows and the register of commerce does not.
    pub fn unregistered(&self) -> Result<Whom, TrialError> {
        let companies = (0..COMPANIES).filter_map(|rank| self.of_rank(rank));
        let unregistered = companies
            .filter(|company| company.registration.is_none() && company.merged_into.is_none())
            .find(|company| company.diffusion == Diffusion::Full);
        let company = unregistered.ok_or(TrialError::Cast("is in no register of commerce"))?;
        Ok(Whom::of(company.siren))
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

/// As many as every session of a trial has.
pub(crate) const COMPANIES: u32 = 300;
/// Far from the numbers of well-known companies.
const UNKNOWN: u32 = 98_700_000;
const FLAWLESS: &str = "the providers answer well about";

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
    fn every_operation_has_somebody_to_ask_about_even_after_all_the_others() {
        let cast = Cast::new(1);

        for operation in Contract::built_in().operations() {
            assert!(cast.ask(operation).is_ok(), "{}", operation.id);
        }
    }

    #[test]
    fn who_was_passed_over_is_there_for_another_operation() {
        let cast = Cast::new(1);
        let any = "api_entreprise_v3_insee_unites_legales";

        let rare = cast
            .fitting("api_entreprise_v3_msa_conformites_cotisations")
            .unwrap();
        let first = cast.fitting(any).unwrap();
        let second = cast.fitting(any).unwrap();

        let sirens = [rare, first, second].map(|company| company.siren);
        assert!(sirens[0] != sirens[1] && sirens[1] != sirens[2] && sirens[0] != sirens[2]);
        assert!(cast.world.rank_of(sirens[1]) < cast.world.rank_of(sirens[0]));
    }

    #[test]
    fn nobody_is_well_formed_known_to_nobody_and_never_the_same() {
        let cast = Cast::new(1);

        let (one, other) = (cast.nobody(), cast.nobody());

        assert_ne!(one, other);
        assert!(cast.world.company(one.siren).is_none());
    }

    #[test]
    fn a_quota_larger_than_the_world_is_spent_on_nobody_in_the_end() {
        let contract = Contract::built_in();
        let operation = contract
            .operation("api_entreprise_v3_infogreffe_extraits_rcs")
            .unwrap();
        let cast = Cast::new(1);

        let asked: std::collections::BTreeSet<_> = (0..=COMPANIES)
            .map(|_| cast.ask_on(operation).entity)
            .collect();

        assert_eq!(asked.len(), COMPANIES as usize + 1);
    }

    #[test]
    fn a_world_that_is_used_up_says_what_was_looked_for() {
        let cast = Cast::new(1);

        let found = (0..=COMPANIES).map(|_| cast.fitting(""));
        let refusal = found.filter_map(Result::err).next().unwrap();

        assert!(refusal.to_string().contains(FLAWLESS));
    }
}
