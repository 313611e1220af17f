//! Two hosts with a link between them on which everything takes half a round trip, in a time that
//! goes on only while both hosts wait.
//!
//! It knows segments and futures, and nothing of HTTP.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::coop::unconstrained;
use tokio::task::yield_now;
use tokio::time::{Instant, advance};
use turmoil_net::{EnterGuard, HostId, KernelConfig, Net, Packet, Transport};

use super::model::Moment;

/// Where the server is.
pub(crate) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

/// What came of a run.
pub(crate) struct Traffic<T> {
    /// What the client came to, and when; nothing if all is silent and it still waits.
    pub(crate) client: Option<(T, Moment)>,
    /// When the last segment arrived.
    pub(crate) silent: Moment,
    pub(crate) segments: u64,
    /// Octets that the server sent, without those of TCP.
    pub(crate) received: u64,
}

/// Runs both until nothing is on its way any more. The server is dropped then.
///
/// # Errors
///
/// If there is no runtime to be had.
pub(crate) fn run<T>(
    round_trip: Duration,
    server: impl Future<Output = ()>,
    client: impl Future<Output = T>,
) -> io::Result<Traffic<T>> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let stack = KernelConfig::default()
        // The link loses nothing, so that nothing is to be sent again.
        .retx_threshold(u32::MAX)
        // The window is 64 KiB at most; more room than that keeps it open.
        .recv_buf_cap(1 << 20);
    let mut net = Net::with_config(stack);
    let hosts = [net.add_host(SERVER), net.add_host(CLIENT)];
    let mut link = Link {
        guard: net.enter(),
        hosts,
        latency: round_trip / 2,
        flying: VecDeque::new(),
        crossings: 0,
        segments: 0,
        received: 0,
    };
    Ok(runtime.block_on(link.carry(server, client)))
}

struct Link {
    guard: EnterGuard,
    hosts: [HostId; 2],
    latency: Duration,
    /// Segments with the time at which each arrives, in that order.
    flying: VecDeque<(Instant, Packet)>,
    crossings: u32,
    segments: u64,
    received: u64,
}

impl Link {
    async fn carry<T>(
        &mut self,
        server: impl Future<Output = ()>,
        client: impl Future<Output = T>,
    ) -> Traffic<T> {
        let start = Instant::now();
        // Both run on, without a budget, as long as they have something to do at this moment.
        let (mut server, mut client) = (
            Box::pin(unconstrained(server)),
            Some(Box::pin(unconstrained(client))),
        );
        let mut came = None;
        loop {
            if let Some(result) = self.settle(server.as_mut(), &mut client).await {
                came = Some((result, self.moment(start)));
            }
            self.send();
            let Some(&(due, _)) = self.flying.front() else {
                break;
            };
            advance(due - Instant::now()).await;
            self.crossings += 1;
            self.arrive(due);
        }
        let silent = self.moment(start);
        // Each closes its sockets on its own host.
        self.guard.set_current(self.hosts[0]);
        drop(server);
        self.guard.set_current(self.hosts[1]);
        drop(client);
        Traffic {
            client: came,
            silent,
            segments: self.segments,
            received: self.received,
        }
    }

    /// Lets both hosts do what they can without time going on. The client is dropped as soon as it
    /// has come to its result, which is returned then.
    async fn settle<T, C: Future<Output = T>>(
        &self,
        mut server: Pin<&mut impl Future<Output = ()>>,
        client: &mut Option<Pin<Box<C>>>,
    ) -> Option<T> {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let mut result = None;
        while woken.0.load(Ordering::Relaxed) {
            while woken.0.swap(false, Ordering::Relaxed) {
                self.guard.set_current(self.hosts[0]);
                // A server has no end of its own.
                let _ = server.as_mut().poll(&mut context);
                self.guard.set_current(self.hosts[1]);
                if let Some(running) = client
                    && let Poll::Ready(came) = running.as_mut().poll(&mut context)
                {
                    *client = None;
                    result = Some(came);
                }
            }
            // Who has stepped back to let others go first is woken by the runtime, once this does
            // so as well. With something to do the runtime does not let time go on.
            yield_now().await;
        }
        result
    }

    /// Puts onto the link what the hosts have to send.
    fn send(&mut self) {
        let due = Instant::now() + self.latency;
        let mut segments = Vec::new();
        self.guard.egress_all(&mut segments);
        for packet in segments {
            self.segments += 1;
            if let (SERVER, Transport::Tcp(segment)) = (packet.src, &packet.payload) {
                self.received += segment.payload.len() as u64;
            }
            self.flying.push_back((due, packet));
        }
    }

    /// Hands over what is due.
    fn arrive(&mut self, due: Instant) {
        while let Some((_, packet)) = self.flying.pop_front_if(|(when, _)| *when <= due) {
            self.guard.deliver(packet);
        }
    }

    fn moment(&self, start: Instant) -> Moment {
        Moment {
            time: start.elapsed(),
            crossings: self.crossings,
        }
    }
}

/// Whether anything can go on.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use tokio::io::AsyncReadExt as _;
    use turmoil_net::shim::tokio::net::{TcpListener, TcpStream};

    use super::*;

    const ROUND_TRIP: Duration = Duration::from_millis(10);

    #[test]
    fn nobody_listens_and_that_is_known_after_a_round_trip() {
        let client = async {
            TcpStream::connect((SERVER, 80))
                .await
                .map_err(|it| it.kind())
        };
        let traffic = run(ROUND_TRIP, std::future::pending(), client).unwrap();
        let (connected, at) = traffic.client.unwrap();
        assert_eq!(connected.unwrap_err(), io::ErrorKind::ConnectionRefused);
        assert_eq!((at.time, at.crossings), (ROUND_TRIP, 2));
    }

    #[test]
    fn a_server_that_is_silent_is_no_endless_loop() {
        let server = async {
            let listener = TcpListener::bind((SERVER, 80)).await.unwrap();
            let accepted = listener.accept().await;
            std::future::pending::<()>().await;
            drop(accepted);
        };
        let client = async {
            let mut stream = TcpStream::connect((SERVER, 80)).await.unwrap();
            stream.read_u8().await
        };
        let traffic = run(ROUND_TRIP, server, client).unwrap();
        assert!(traffic.client.is_none());
        assert_eq!((traffic.segments, traffic.received), (3, 0));
    }
}
