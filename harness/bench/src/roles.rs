//! What this binary plays for itself: servers to compare with or to judge, and load.

mod answer;
mod endless;
mod hello;

use std::ffi::OsString;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Subcommand;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Builder;

use crate::{Result, process};

/// Which role.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Hello World, served by hyper
    Hyper,
    /// Hello World for everything, as bare as can be
    Answer { backlog: u32 },
    /// Takes connections and never answers
    Silent,
    /// Answers requests for `/`, and no others
    Choosy,
    /// Answers the first octet with a message that does not end
    Endless { what: endless::What },
    /// Keeps one core busy
    Burn,
    /// Runs a command and prints the most memory that it had
    Peak {
        program: OsString,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// Plays a role until the process is ended, but not for ever.
pub(crate) fn play(arguments: &Arguments) -> Result<()> {
    match &arguments.role {
        Role::Burn => {
            let start = Instant::now();
            while start.elapsed() < LIFE {
                std::hint::spin_loop();
            }
            Ok(())
        }
        Role::Peak { program, arguments } => {
            Command::new(program)
                .args(arguments)
                .stdout(Stdio::null())
                .status()?;
            println!("{}", process::peak_of_children()?);
            Ok(())
        }
        serving => Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(async { tokio::time::timeout(LIFE, serve(serving)).await? }),
    }
}

async fn serve(role: &Role) -> Result<()> {
    match role {
        Role::Hyper => hello::serve(listen(1024)?).await,
        Role::Answer { backlog } => answer::serve(listen(*backlog)?, |_| true).await,
        Role::Choosy => answer::serve(listen(4096)?, |head| head.starts_with(b"GET / ")).await,
        Role::Silent => answer::serve(listen(4096)?, |_| false).await,
        Role::Endless { what } => endless::serve(listen(128)?, *what).await,
        Role::Burn | Role::Peak { .. } => Ok(()),
    }
}

/// Listens on a free port, and says where.
fn listen(backlog: u32) -> Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(backlog)?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Longer than any row takes, and no longer.
const LIFE: Duration = Duration::from_secs(300);
