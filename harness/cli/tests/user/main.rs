//! The built binary as its users meet it: what they mistype, what breaks under them, and what is
//! printed where.

mod across;
mod baseline;
mod cost;
mod coverage;
mod daily;
mod deploy;
mod evidence;
mod formats;
mod graphql;
mod hostile;
mod init;
mod keylog;
mod links;
mod manual;
mod mistakes;
mod profile;
mod replay;
mod resume;
mod rpc;
mod scenarios;
mod shards;
mod subjects;
mod suites;
mod support;
mod transport;
