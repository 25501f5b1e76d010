//! From what was asked for to a session that listens.

mod cast;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use doublure_control::{ClockSetting, Declared, Header, NewSession};
use doublure_fixtures::{
    Edition, World,
    tokens::{self, NamedToken},
};
use doublure_gateway::{Gateway, GatewayConfig, PLAIN, Policy};
use doublure_journal::{CaptureLevel, Hop, Moment};
use doublure_kernel::{ClockKind, Host, ReadsFaults, Service, Session, SessionConfig, Tls};
use doublure_scenarios::{Fault, Scenario};
use tokio::sync::watch;

use self::cast::Cast;
use crate::{
    JournalWriter,
    common::{Common, Security},
    front::Front,
    journal_writer::Writing,
    listen,
    names::House,
    overrides,
    problem::{Refusal, no_such},
    running::{Running, Tokens},
    script,
};

/// Composes a session; all of it listens when this returns.
pub(crate) async fn compose(
    name: String,
    new: &NewSession,
    common: &Common,
    journal: Option<JournalWriter>,
) -> Result<Running, Refusal> {
    let plan = Plan::of(new, common)?;
    let scenario_overrides = plan.scenario.overrides.clone();
    let session = Session::new(session_config(name, new, common, plan.scenario));
    let scopes: Vec<String> = common
        .contract
        .scopes()
        .into_iter()
        .map(str::to_owned)
        .collect();
    let now = session.clock().now().unix_seconds();
    let starters = tokens::starter_set(now, tokens::DEFAULT_SECRET, &scopes);
    // Before anything listens: what happens first stands in the file, too.
    let writing =
        journal.map(|journal| write_down(&session, new, plan.edition, &starters, common, journal));
    let tls = plan.security.as_ref().map(|security| security.tls.clone());
    let mut cast = Cast::assemble(&session, world(&session, new), new, tls.as_ref()).await?;
    if cast.listens() {
        let policy = Policy::plain(plan.edition, &common.contract);
        let plain = gateway(&session, new, common, policy, &[], &cast);
        cast.add_plain(&session, new, plain, tls.as_ref()).await?;
    }
    let gateway = (!new.without_gateway)
        .then(|| gateway(&session, new, common, plan.policy, &starters, &cast));
    let gateway_host = match &gateway {
        Some(gateway) => Some(listen_for_gateway(&session, new, gateway, tls).await?),
        None => None,
    };

    Ok(Running {
        edition: plan.edition.to_string(),
        declared: plan.declared,
        scenario_overrides,
        gateway,
        gateway_url: gateway_host.as_ref().map(listen::base_url),
        provider_urls: cast.urls(),
        providers: cast.memories(),
        authority: plan.security.map(|security| security.authority),
        scopes,
        tokens: Mutex::new(Tokens {
            starters,
            minted: Vec::new(),
            revoked: BTreeSet::new(),
        }),
        hosts: Mutex::new(cast.into_hosts().chain(gateway_host).collect()),
        ended: watch::Sender::new(false),
        writing: Mutex::new(writing),
        session,
    })
}

/// All that can be refused without a socket, and is, before the first one is bound.
struct Plan {
    edition: Edition,
    policy: Policy,
    declared: Declared,
    scenario: Scenario,
    security: Option<Security>,
}

impl Plan {
    fn of(new: &NewSession, common: &Common) -> Result<Self, Refusal> {
        check_addresses(new, common.config.beyond_loopback)?;
        let edition = edition(new)?;
        let scenario = script::wanted(new, &common.names)?;
        let policy = overrides::apply(
            &new.overrides.over(&scenario.overrides),
            Policy::of(edition, &common.contract),
            &common.names,
        )?;
        Ok(Self {
            edition,
            declared: overrides::declared(&policy),
            policy,
            scenario,
            security: common.security(new)?,
        })
    }
}

fn edition(new: &NewSession) -> Result<Edition, Refusal> {
    let Some(wanted) = &new.edition else {
        return Ok(Edition::default());
    };
    wanted.parse().map_err(|_| {
        let known = Edition::ALL.map(Edition::name);
        Refusal::invalid("edition", no_such("edition", wanted, known))
    })
}

fn check_addresses(new: &NewSession, beyond_loopback: bool) -> Result<(), Refusal> {
    if let Some(address) = new.gateway_address {
        if new.without_gateway {
            return Err(Refusal::invalid(
                "gateway_address",
                "`gateway_address` says where the gateway listens, and `without_gateway` that there is none: leave one out",
            ));
        }
        listen::allowed(address, "gateway_address", beyond_loopback)?;
    }
    let providers = || doublure_providers::IDS.into_iter();
    for (id, address) in &new.provider_addresses {
        is_provider("provider_addresses", id, providers().chain([PLAIN]))?;
        listen::allowed(*address, "provider_addresses", beyond_loopback)?;
    }
    for (id, address) in &new.upstream_addresses {
        is_provider("upstream_addresses", id, providers())?;
        listen::allowed(*address, "upstream_addresses", beyond_loopback)?;
    }
    Ok(())
}

fn is_provider(
    field: &str,
    id: &str,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Result<(), Refusal> {
    if known.clone().any(|known| known == id) {
        return Ok(());
    }
    Err(Refusal::invalid(field, no_such("provider", id, known)))
}

fn session_config(
    name: String,
    new: &NewSession,
    common: &Common,
    scenario: Scenario,
) -> SessionConfig {
    SessionConfig {
        name,
        seed: new.seed.unwrap_or(common.config.seed),
        clock: match new.clock {
            ClockSetting::Real => ClockKind::Real,
            ClockSetting::Manual(start) => ClockKind::Manual(start.unwrap_or(MANUAL_START)),
        },
        capture: new.capture.unwrap_or(CaptureLevel::Full),
        journal_capacity: new.journal_entries.unwrap_or(JOURNAL_CAPACITY),
        scenario,
        marks_answers: common.config.marks_answers,
        access_log: common.config.access_log.clone(),
        fault_header: new.allow_fault_header.then(|| fault_reader(&common.names)),
        fault_log: common.fault_log.clone(),
    }
}

/// Reads the faults that callers ask for in a header.
fn fault_reader(names: &House) -> ReadsFaults {
    let names = names.clone();
    Arc::new(move |text| {
        let fault = Fault::parse(script::BY_HEADER, text, &names);
        fault.map_err(|error| error.problem)
    })
}

/// Begins to write the session's journal into a file.
fn write_down(
    session: &Session,
    new: &NewSession,
    edition: Edition,
    starters: &[NamedToken],
    common: &Common,
    journal: JournalWriter,
) -> Writing {
    let cases = common.config.cases.as_ref();

    let header = Header {
        doublure: env!("CARGO_PKG_VERSION").to_owned(),
        started: session.clock().now(),
        scenario: session.engine().scenario().name.clone(),
        session: settled(session, new, edition),
        cases: cases.map(|cases| cases.folder().to_owned()),
        cases_first: common.config.cases_first,
    };
    let writing = journal.begin(header, starters, tokens::DEFAULT_SECRET);
    session.journal().tee(writing.sink());
    writing
}

/// What a session was made from, nothing left to a default.
fn settled(session: &Session, new: &NewSession, edition: Edition) -> NewSession {
    NewSession {
        name: Some(session.name().to_owned()),
        seed: Some(session.seed()),
        clock: match session.clock().kind() {
            ClockKind::Real => ClockSetting::Real,
            ClockKind::Manual(start) => ClockSetting::Manual(Some(start)),
        },
        edition: Some(edition.to_string()),
        companies: Some(new.companies.unwrap_or(DEFAULT_COMPANIES)),
        capture: Some(session.journal().level()),
        ..new.clone()
    }
}

fn world(session: &Session, new: &NewSession) -> Arc<World> {
    let companies = new.companies.unwrap_or(DEFAULT_COMPANIES);
    Arc::new(World::new(session.seed(), companies))
}

fn gateway(
    session: &Session,
    new: &NewSession,
    common: &Common,
    policy: Policy,
    starters: &[NamedToken],
    cast: &Cast,
) -> Arc<Gateway> {
    // Who stands behind another gateway has nothing to show to people.
    let pages = (!policy.plain).then(|| Front {
        session: session.clone(),
        contract: Arc::clone(&common.contract),
        edition: policy.edition,
        tokens: starters.to_vec(),
        providers: cast.urls(),
    });
    Gateway::new(GatewayConfig {
        session: session.clone(),
        contract: Arc::clone(&common.contract),
        policy,
        upstreams: cast.upstreams(new),
        secret: tokens::DEFAULT_SECRET.to_owned(),
        tokens: starters.to_vec(),
        cases: common.config.cases.clone(),
        cases_first: common.config.cases_first,
        secured: new.tls,
        pages: pages.map(|front| Arc::new(front) as _),
    })
}

async fn listen_for_gateway(
    session: &Session,
    new: &NewSession,
    gateway: &Arc<Gateway>,
    tls: Option<Tls>,
) -> Result<Host, Refusal> {
    let wanted = new.gateway_address.unwrap_or(listen::FREE_PORT);
    let service = Arc::clone(gateway) as Arc<dyn Service>;
    Host::bind_secured(session, Hop::Client, wanted, service, tls)
        .await
        .map_err(|error| listen::refused(wanted, "gateway_address", &error))
}

/// 2026-01-15T10:00:00Z: a working day, outside every maintenance window.
const MANUAL_START: Moment = Moment::from_unix_seconds(1_768_471_200);

const DEFAULT_COMPANIES: u32 = 300;

/// Some thousand calls with all their edges.
const JOURNAL_CAPACITY: usize = 50_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_clocks_start_on_a_morning_of_january() {
        assert_eq!(MANUAL_START.to_string(), "2026-01-15T10:00:00.000000Z");
    }

    #[test]
    fn an_edition_with_a_typo_is_refused_with_the_one_that_was_meant() {
        let new = NewSession {
            edition: Some("observd".into()),
            ..NewSession::default()
        };

        let refusal = edition(&new).unwrap_err();

        assert_eq!(refusal.problem.field.as_deref(), Some("edition"));
        assert!(refusal.problem.problem.contains("did you mean `observed`?"));
    }
}
