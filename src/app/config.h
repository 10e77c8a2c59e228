#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/quarantine.h"
#include "base/result.h"

namespace tamga::app {

/// Whoever signs with this key may publish house lists.
struct HouseKey {
  std::string owner;
  std::string key;  ///< a public key of minisign: 56 letters, as its .pub file holds on its second line
};

/// Where `lists update` gets a list from, when it is not the authority's own address.
struct UpdateSource {
  std::string list;
  std::vector<std::string> urls;
};

/// DATA/tamga.toml: what stands longer than a command line (docs/configuration.md). All of it may be absent.
struct Config {
  HoldLimits hold;
  std::vector<HouseKey> house_keys;
  std::vector<UpdateSource> sources;
  std::vector<std::string> update_lists;  ///< what `lists update` without a name fetches; empty: every list with an address
  std::string ca_file;                    ///< certificates to trust instead of the system's
  bool allow_http = false;                ///< plain http beyond loopback
  long download_mib_max = 512;
  long retries = 5;            ///< of one download, after the first attempt
  long backoff_ms = 1000;      ///< the first pause before trying again; doubled each time
  long stalled_seconds = 120;  ///< as long without data, and a connection counts as dead
  long index_cache_mib_max = 1024;
  long checkpoint_every = 1000;  ///< after every so many entries the ledger is signed, where a key is; 0: never by itself
  std::string key_folder;        ///< secret halves of the keys that sign the ledger; empty: DATA/keys
};

/// Reads DATA/tamga.toml; defaults when there is none. An unknown key or a wrong value is an error with its line.
Result<Config> read_config(const std::string& data);

}  // namespace tamga::app
