//! What waiting costs: delays that come late, waits on a manual clock, thousands of silent connections.
//!
//! Started by `time.sh` beside it. Any answer but the one that is due voids the run.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]

use std::{
    env,
    io::Read,
    net::{Ipv4Addr, SocketAddr},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use doublure_control::{Advance, Client, SessionClient};
use doublure_journal::{EventKind, Filter};
use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};

use self::measured::{Outcome, Server, exchange, serve};

mod measured;

/// Calls in flight at once, and how long each is held up.
const IN_FLIGHT: u64 = 1_000;
const DELAY: Duration = Duration::from_secs(1);
/// Calls of each connection in one round, and rounds of each server.
const CALLS: usize = 5;
const ROUNDS: usize = 3;
/// Connections that are held in silence; one more would close the oldest.
const SILENT: usize = 7_999;
/// Calls of a neighbour, before and meanwhile.
const NEIGHBOUR_CALLS: usize = 3_000;
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let mut load = tokio::runtime::Builder::new_current_thread();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bare"] => tokio::runtime::Runtime::new()?.block_on(bare()),
        ["hold", address] => load.enable_all().build()?.block_on(hold(address.parse()?)),
        ["overshoot", doublure] => load.enable_all().build()?.block_on(overshoot(doublure)),
        ["manual", doublure] => load.enable_all().build()?.block_on(manual(doublure)),
        ["silence", doublure] => load.enable_all().build()?.block_on(silence(doublure)),
        _ => {
            eprintln!("run loadtests/benches/time.sh");
            Ok(())
        }
    }
}

/// How much later than due answers come, ours and those of a bare server, in turn.
async fn overshoot(doublure: &str) -> Outcome<()> {
    let scenario = env::temp_dir().join(format!("doublure-time-{}.yaml", std::process::id()));
    std::fs::write(&scenario, "faults:\n  - on: client\n    delay: 1s\n")?;
    let ours = serving(doublure, |command| {
        command.arg(format!("--override=address_limit={}", u32::MAX));
        command.arg("--scenario").arg(&scenario);
    })?;
    let mut command = Command::new(env::current_exe()?);
    command.arg("bare");
    let bare = Server::start(command)?;
    let request = request(&ours)?;
    let (ours_at, bare_at) = (ours.ready("/gateway")?.parse()?, bare.address()?);
    let mut beyond = Vec::new();
    for _ in 0..ROUNDS {
        let [ours, bare] = [
            percentiles(held_up(ours_at, &request).await?),
            percentiles(held_up(bare_at, &request).await?),
        ];
        println!(
            "  doublure p50 {} p99 {}   bare p50 {} p99 {}",
            ms(ours[0]),
            ms(ours[1]),
            ms(bare[0]),
            ms(bare[1])
        );
        beyond.push(ours[1].saturating_sub(bare[1]));
    }
    beyond.sort_unstable();
    println!(
        "  p99 beyond the bare server's, median: {}",
        ms(beyond[ROUNDS / 2])
    );
    std::fs::remove_file(&scenario)?;
    Ok(())
}

/// What comes on top of the delay, call by call: as many connections as calls are in flight, begun all over the delay.
async fn held_up(address: SocketAddr, request: &[u8]) -> Outcome<Vec<Duration>> {
    let connection = async |nth: u64| {
        let begin = DELAY * u32::try_from(nth)? / u32::try_from(IN_FLIGHT)?;
        let mut connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        tokio::time::sleep(begin).await;
        let (mut late, mut answer) = (Vec::new(), Vec::new());
        // Its own object, so that no two are the same call.
        let request =
            String::from_utf8_lossy(request).replace("object=0", &format!("object={nth}"));
        for _ in 0..CALLS {
            let asked = Instant::now();
            exchange(&mut connection, request.as_bytes(), &mut answer, 200).await?;
            late.push(asked.elapsed().saturating_sub(DELAY));
        }
        Outcome::Ok(late)
    };
    let late = try_join_all((0..IN_FLIGHT).map(connection)).await?;
    Ok(late.into_iter().flatten().collect())
}

/// What a deadline of ten seconds and a ban of twelve hours cost, of real time, on a manual clock.
async fn manual(doublure: &str) -> Outcome<()> {
    let silent = serving(doublure, |command| {
        command.args(["--clock=manual", "--scenario=silent-provider"]);
    })?;
    let (address, session) = (silent.ready("/gateway")?.parse()?, session(&silent)?);
    let request = request(&silent)?;
    let mut connection = TcpStream::connect::<SocketAddr>(address).await?;
    let mut answer = Vec::new();
    let started = Instant::now();
    let ten = Advance {
        by_ms: 10_000,
        parked: Some(1),
        patience_ms: None,
    };
    let (called, moved) = tokio::join!(
        exchange(&mut connection, &request, &mut answer, 504),
        session.advance(&ten)
    );
    called?;
    moved?;
    println!("  deadline of 10 s: {}", ms(started.elapsed()));
    drop(silent);

    let banning = serving(doublure, |command| {
        command.args(["--clock=manual", "--override=address_limit=1"]);
    })?;
    println!("  ban of 12 h: {}", ms(ban(&banning).await?));
    Ok(())
}

/// From the call that bans to the first answer after the ban.
async fn ban(server: &Server) -> Outcome<Duration> {
    let (address, session) = (
        server.ready("/gateway")?.parse::<SocketAddr>()?,
        session(server)?,
    );
    let (request, mut answer) = (request(server)?, Vec::new());
    exchange(
        &mut TcpStream::connect(address).await?,
        &request,
        &mut answer,
        200,
    )
    .await?;
    let started = Instant::now();
    let mut banned = TcpStream::connect(address).await?;
    banned.write_all(&request).await?;
    silenced(&session, 1).await?;
    let term = Advance {
        by_ms: 12 * 3_600_000,
        ..Advance::default()
    };
    session.advance(&term).await?;
    exchange(
        &mut TcpStream::connect(address).await?,
        &request,
        &mut answer,
        200,
    )
    .await?;
    Ok(started.elapsed())
}

/// What a neighbour waits while thousands of connections are held in silence, whose clients are another process.
async fn silence(doublure: &str) -> Outcome<()> {
    let server = serving(doublure, |command| {
        command.args(["--override=address_limit=1", "--never-ban=127.0.0.2"]);
    })?;
    let (address, session) = (
        server.ready("/gateway")?.parse::<SocketAddr>()?,
        session(&server)?,
    );
    let request = request(&server)?;
    let before = percentiles(neighbour(address, &request).await?);
    println!(
        "  neighbour p50 {} p99 {}, {} MB resident",
        ms(before[0]),
        ms(before[1]),
        server.resident_megabytes()?
    );
    exchange(
        &mut TcpStream::connect(address).await?,
        &request,
        &mut Vec::new(),
        200,
    )
    .await?;
    let mut banned = TcpStream::connect(address).await?;
    banned.write_all(&request).await?;
    silenced(&session, 1).await?;

    let mut command = Command::new(env::current_exe()?);
    command
        .args(["hold", &address.to_string()])
        .stdin(Stdio::piped());
    let holder = Server::start(command)?;
    silenced(&session, 1 + SILENT).await?;
    let meanwhile = percentiles(neighbour(address, &request).await?);
    println!(
        "  beside {} silent connections: p50 {} p99 {}, {} MB resident",
        1 + SILENT,
        ms(meanwhile[0]),
        ms(meanwhile[1]),
        server.resident_megabytes()?
    );
    let closed = Filter {
        event: Some(EventKind::ConnectionClosed),
        ..Filter::default()
    };
    // Two were answered and ended: the neighbour's.
    let closed = session.count(&closed).await?;
    println!(
        "  {closed} connections closed, none of them silent: {}",
        closed <= 3
    );
    drop(holder);
    Ok(())
}

/// How long calls from 127.0.0.2 take, one after another.
async fn neighbour(address: SocketAddr, request: &[u8]) -> Outcome<Vec<Duration>> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), 0)))?;
    let mut connection = socket.connect(address).await?;
    connection.set_nodelay(true)?;
    let (mut took, mut answer) = (Vec::new(), Vec::new());
    for _ in 0..NEIGHBOUR_CALLS {
        let asked = Instant::now();
        exchange(&mut connection, request, &mut answer, 200).await?;
        took.push(asked.elapsed());
    }
    Ok(took)
}

/// The clients of silent connections: opens them all, says so, and holds them until its input ends.
async fn hold(address: SocketAddr) -> Outcome<()> {
    let mut held = Vec::new();
    for _ in 0..SILENT {
        held.push(TcpStream::connect(address).await?);
    }
    println!("held {}", held.len());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A bare tokio server: reads a request, waits, answers.
async fn bare() -> Outcome<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (mut connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        tokio::spawn(async move {
            let mut request = Vec::new();
            while connection
                .read_buf(&mut request)
                .await
                .is_ok_and(|read| read > 0)
            {
                if request.ends_with(b"\r\n\r\n") {
                    request.clear();
                    tokio::time::sleep(DELAY).await;
                    let answered = connection.write_all(BARE_ANSWER).await;
                    if answered.is_err() {
                        return;
                    }
                }
            }
        });
    }
}

fn serving(doublure: &str, options: impl FnOnce(&mut Command)) -> Outcome<Server> {
    let mut command = Command::new(doublure);
    serve(&mut command);
    options(&mut command);
    Server::start(command)
}

fn session(server: &Server) -> Outcome<SessionClient> {
    Ok(Client::new(server.ready("/control")?.parse()?).session("main"))
}

fn request(server: &Server) -> Outcome<Vec<u8>> {
    let token = server.ready("/tokens/standard")?;
    let target = "/v3/insee/sirene/unites_legales/418166096?context=mesure&recipient=13002526500013&object=0";
    Ok(
        format!("GET {target} HTTP/1.1\r\nHost: doublure\r\nAuthorization: Bearer {token}\r\n\r\n")
            .into(),
    )
}

/// Waits until so many connections were silenced.
async fn silenced(session: &SessionClient, count: usize) -> Outcome<()> {
    let silenced = Filter {
        event: Some(EventKind::ConnectionSilenced),
        ..Filter::default()
    };
    let found = session.wait_for(&silenced, count, PATIENCE).await?;
    match found >= count {
        true => Ok(()),
        false => Err(format!("only {found} of {count} connections were silenced").into()),
    }
}

/// The median, and what one in a hundred exceeds.
fn percentiles(mut all: Vec<Duration>) -> [Duration; 2] {
    all.sort_unstable();
    [50, 99].map(|share| all[(all.len() - 1) * share / 100])
}

fn ms(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1_000.0)
}

const BARE_ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
