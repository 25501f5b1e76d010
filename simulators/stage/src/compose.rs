//! From what was asked for to a session that listens.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use doublure_control::{ClockSetting, NewSession};
use doublure_fixtures::{Contract, Edition, World, tokens};
use doublure_gateway::{Gateway, GatewayConfig, Policy};
use doublure_journal::{CaptureLevel, Hop, Moment};
use doublure_kernel::{ClockKind, Host, Place, Service, Session, SessionConfig, Upstream};
use doublure_scenarios::Scenario;

use crate::{
    listen,
    names::House,
    overrides,
    problem::{Refusal, no_such},
    running::{Running, Tokens},
    script,
    stage::StageConfig,
};

/// Composes a session; all of it listens when this returns.
pub(crate) async fn compose(
    name: String,
    new: &NewSession,
    config: &StageConfig,
    contract: &Arc<Contract>,
    house: &House,
) -> Result<Running, Refusal> {
    // All that can be refused without a socket is refused before the first one is bound.
    let edition = edition(new)?;
    let policy = overrides::apply(&new.overrides, Policy::of(edition, contract))?;
    let scenario = script::wanted(new, house)?;
    check_addresses(new, config)?;

    let session = Session::new(session_config(name, new, config, scenario));
    let world = Arc::new(World::new(
        session.seed(),
        new.companies.unwrap_or(DEFAULT_COMPANIES),
    ));
    let declared = overrides::declared(&policy);
    let scopes = every_scope(contract);
    let now = session.clock().now().unix_seconds();
    let starters = tokens::starter_set(now, tokens::DEFAULT_SECRET, &scopes);

    let providers = providers(&session, &world);
    let (mut hosts, addresses) = listen_for_providers(&session, new, &providers).await?;
    let gateway = (!new.without_gateway).then(|| {
        Gateway::new(GatewayConfig {
            session: session.clone(),
            contract: Arc::clone(contract),
            policy,
            upstreams: upstreams(&providers, &addresses, new.providers_on_sockets),
            secret: tokens::DEFAULT_SECRET.to_owned(),
            tokens: starters.clone(),
            cases: config.cases.clone(),
            cases_first: config.cases_first,
        })
    });
    let gateway_url = match &gateway {
        Some(gateway) => {
            let host = listen_for_gateway(&session, new, gateway).await?;
            let url = base_url(host.address());
            hosts.push(host);
            Some(url)
        }
        None => None,
    };

    Ok(Running {
        session,
        edition: edition.to_string(),
        declared,
        gateway,
        gateway_url,
        provider_urls: addresses
            .into_iter()
            .map(|(id, address)| (id.to_owned(), base_url(address)))
            .collect(),
        scopes,
        tokens: Mutex::new(Tokens {
            starters,
            minted: Vec::new(),
        }),
        hosts: Mutex::new(hosts),
    })
}

fn edition(new: &NewSession) -> Result<Edition, Refusal> {
    let Some(wanted) = &new.edition else {
        return Ok(Edition::default());
    };
    wanted.parse().map_err(|_| {
        let known = EDITIONS.map(|edition| edition.to_string());
        let known = known.iter().map(String::as_str);
        Refusal::invalid("edition", no_such("edition", wanted, known))
    })
}

fn check_addresses(new: &NewSession, config: &StageConfig) -> Result<(), Refusal> {
    if let Some(address) = new.gateway_address {
        if new.without_gateway {
            return Err(Refusal::invalid(
                "gateway_address",
                "`gateway_address` says where the gateway listens, and `without_gateway` that there is none: leave one out",
            ));
        }
        listen::allowed(address, "gateway_address", config.beyond_loopback)?;
    }
    for (id, address) in &new.provider_addresses {
        if !doublure_providers::IDS.contains(&id.as_str()) {
            return Err(Refusal::invalid(
                "provider_addresses",
                no_such("provider", id, doublure_providers::IDS),
            ));
        }
        listen::allowed(*address, "provider_addresses", config.beyond_loopback)?;
    }
    Ok(())
}

fn session_config(
    name: String,
    new: &NewSession,
    config: &StageConfig,
    scenario: Scenario,
) -> SessionConfig {
    SessionConfig {
        name,
        seed: new.seed.unwrap_or(config.seed),
        clock: match new.clock {
            ClockSetting::Real => ClockKind::Real,
            ClockSetting::Manual(start) => ClockKind::Manual(start.unwrap_or(MANUAL_START)),
        },
        capture: new.capture.unwrap_or(CaptureLevel::Full),
        journal_capacity: JOURNAL_CAPACITY,
        scenario,
        marks_answers: config.marks_answers,
        access_log: config.access_log.clone(),
    }
}

fn providers(session: &Session, world: &Arc<World>) -> Vec<(&'static str, Arc<dyn Service>)> {
    doublure_providers::IDS
        .into_iter()
        .filter_map(|id| {
            let provider = doublure_providers::provider(id, session, Arc::clone(world))?;
            Some((id, provider))
        })
        .collect()
}

/// Providers listen where somebody may call them: our gateway over sockets, or a gateway of somebody else.
async fn listen_for_providers(
    session: &Session,
    new: &NewSession,
    providers: &[(&'static str, Arc<dyn Service>)],
) -> Result<(Vec<Host>, BTreeMap<&'static str, SocketAddr>), Refusal> {
    let mut hosts = Vec::new();
    let mut addresses = BTreeMap::new();
    if !(new.providers_on_sockets || new.without_gateway || !new.provider_addresses.is_empty()) {
        return Ok((hosts, addresses));
    }
    for (id, provider) in providers {
        let wanted = new.provider_addresses.get(*id).copied();
        let wanted = wanted.unwrap_or(FREE_PORT);
        let host = Host::bind(session, Hop::Provider, wanted, Arc::clone(provider))
            .await
            .map_err(|error| listen::refused(wanted, "provider_addresses", &error))?;
        addresses.insert(*id, host.address());
        hosts.push(host);
    }
    Ok((hosts, addresses))
}

async fn listen_for_gateway(
    session: &Session,
    new: &NewSession,
    gateway: &Arc<Gateway>,
) -> Result<Host, Refusal> {
    let wanted = new.gateway_address.unwrap_or(FREE_PORT);
    let service = Arc::clone(gateway) as Arc<dyn Service>;
    Host::bind(session, Hop::Client, wanted, service)
        .await
        .map_err(|error| listen::refused(wanted, "gateway_address", &error))
}

fn upstreams(
    providers: &[(&'static str, Arc<dyn Service>)],
    addresses: &BTreeMap<&'static str, SocketAddr>,
    on_sockets: bool,
) -> BTreeMap<String, Upstream> {
    let place = |id: &str, provider: &Arc<dyn Service>| match addresses.get(id) {
        Some(address) if on_sockets => Place::Socket(*address),
        _ => Place::InProcess(Arc::clone(provider)),
    };
    providers
        .iter()
        .map(|(id, provider)| {
            let upstream = Upstream {
                provider: Arc::from(*id),
                place: place(id, provider),
            };
            ((*id).to_owned(), upstream)
        })
        .collect()
}

fn every_scope(contract: &Contract) -> Vec<String> {
    let scopes: BTreeSet<&String> = contract
        .operations()
        .iter()
        .flat_map(|operation| &operation.scopes)
        .collect();
    scopes.into_iter().cloned().collect()
}

fn base_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

const EDITIONS: [Edition; 3] = [
    Edition::Documented,
    Edition::DocumentedV2,
    Edition::Observed,
];

/// 2026-01-15T10:00:00Z: a working day, outside every maintenance window.
const MANUAL_START: Moment = Moment::from_unix_seconds(1_768_471_200);

const DEFAULT_COMPANIES: u32 = 300;

/// Some thousand calls with all their edges.
const JOURNAL_CAPACITY: usize = 50_000;

const FREE_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_clocks_start_on_a_morning_of_january() {
        assert_eq!(MANUAL_START.to_string(), "2026-01-15T10:00:00.000000Z");
    }

    #[test]
    fn every_edition_is_offered_under_the_name_it_is_read_by() {
        for edition in EDITIONS {
            assert_eq!(edition.to_string().parse(), Ok(edition));
        }
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
