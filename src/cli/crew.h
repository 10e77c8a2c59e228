#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "work/nats.h"

/// The options of commands that give work to others, or take it (docs/nodes.md).
namespace tamga::cli {

struct NatsFlags {
  work::NatsOptions options;
  unsigned rows = 2048;
  unsigned in_flight = 64;
  unsigned patience_seconds = 600;

  [[nodiscard]] bool given() const { return !options.url.empty(); }
};

/// --nats and what belongs to a connection.
void add_connection(CLI::App& command, NatsFlags& flags, const std::string& what);
/// Of whoever makes the streams.
void add_replicas(CLI::App& command, NatsFlags& flags);
/// Both, and what belongs to an asker.
void add_crew(CLI::App& command, NatsFlags& flags, const std::string& what);

/// A connection with everything there that a queue needs.
Result<std::unique_ptr<work::Nats>> connect(const NatsFlags& flags, const std::string& role);

/// An asker's side of one job, which ends with this.
struct Asker {
  std::unique_ptr<work::Nats> nats;
  std::unique_ptr<work::Line> line;
  work::Crew crew;
};
/// Nobody where --nats was not given.
Result<Asker> ask(const NatsFlags& flags);

/// HOST-PID: who this is, in logs and dead letters.
[[nodiscard]] std::string process_name();

}  // namespace tamga::cli
