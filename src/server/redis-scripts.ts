// What Redis (or Valkey) does in one step, in its own language. Keys: `lucarne:peer:<id>` says who holds an id, as
// `<process>/<connection>/<hash of the token>`, at a door `<process>/<connection>/<expiry>/<hash of the token>`, for CLAIM_MS; `lucarne:replaced:<id>` keeps the hash of a token that had to give way.
// `lucarne:tag-secret` is what tags are made with, for TAG_SECRET_MS after the last process.
// Channels: `lucarne:to:<process>`, and `lucarne:arrived` for the ids of new registrations. No address, payload or token is kept.

/** Names that begin all ours, beside whatever else Redis may hold. */
export const PEER_KEY = 'lucarne:peer:';
export const REPLACED_KEY = 'lucarne:replaced:';
export const PROCESS_KEY = 'lucarne:process:';
export const TAG_SECRET_KEY = 'lucarne:tag-secret';
export const PROCESS_CHANNEL = 'lucarne:to:';
export const ARRIVED_CHANNEL = 'lucarne:arrived';

/**
 * KEYS: peer, replaced. ARGV: holder, hash of the token, '1' if proven, lifetime ms, lifetime of a replaced token ms, id, expiry of a
 * door's certificate (0: none), which is to be later than that of whoever holds the door.
 * Gives 1 when the id is the holder's now, and tells whoever held it before.
 */
export const CLAIM = `
if redis.call('GET', KEYS[2]) == ARGV[2] then return 0 end
local before = redis.call('GET', KEYS[1])
if before then
  local token = string.match(before, '[^/]*$')
  if token ~= ARGV[2] then
    local shown = string.match(before, '^[^/]*/[^/]*/(%d+)/') or '0'
    if ARGV[3] == '1' then
      redis.call('SET', KEYS[2], token, 'PX', ARGV[5])
    elseif tonumber(ARGV[7]) <= tonumber(shown) then
      return 0
    end
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
if before then
  local process, connection = string.match(before, '^([^/]*)/([^/]*)')
  redis.call('PUBLISH', '${PROCESS_CHANNEL}' .. process, 'superseded\\n' .. connection)
end
redis.call('PUBLISH', '${ARRIVED_CHANNEL}', ARGV[6])
return 1`;

/** KEYS: peer. ARGV: holder. Frees an id that is still the holder's. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/**
 * KEYS: peers. ARGV: lifetime ms, and a holder for each. Gives the numbers, from 1, of those that somebody else holds. Ids that Redis
 * has forgotten count as new registrations.
 */
export const RENEW = `
local lost = {}
for i, key in ipairs(KEYS) do
  local holder = redis.call('GET', key)
  if holder and holder ~= ARGV[i + 1] then
    lost[#lost + 1] = i
  else
    redis.call('SET', key, ARGV[i + 1], 'PX', ARGV[1])
    if not holder then
      redis.call('PUBLISH', '${ARRIVED_CHANNEL}', string.sub(key, ${PEER_KEY.length + 1}))
    end
  end
end
return lost`;

/** KEYS: peer. ARGV: own process, message. Gives how many processes took it: 1, or 0 when none but our own would. */
export const PASS = `
local holder = redis.call('GET', KEYS[1])
if not holder then return 0 end
local process = string.match(holder, '^[^/]*')
if process == ARGV[1] then return 0 end
return redis.call('PUBLISH', '${PROCESS_CHANNEL}' .. process, ARGV[2])`;

/** KEYS: tag secret. ARGV: own secret, lifetime ms. Gives the secret of all: the one that is there, else the own. */
export const SHARE = `
local secret = redis.call('GET', KEYS[1]) or ARGV[1]
redis.call('SET', KEYS[1], secret, 'PX', ARGV[2])
return secret`;
