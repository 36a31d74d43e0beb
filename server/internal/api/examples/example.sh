#!/bin/sh
# Opens a conversation, says something and follows what happens. Needs curl, the
# server's address in API_URL and a key in API_KEY.
set -eu
api="$API_URL/api/v1"

# The key goes into a header by way of a file, so that it is in no list of processes.
call() { printf 'header = "Authorization: Bearer %s"\n' "$API_KEY" | curl --config - --silent --show-error --fail-with-body --max-time 40 "$@"; }
post() { path=$1 body=$2; shift 2; call -H 'Content-Type: application/json' -d "$body" "$@" "$api$path"; }

# Sent again with the same Idempotency-Key, this opens no second conversation.
opened=$(post /conversations '{"external_user_id":"user-4711","locale":"en"}' -H "Idempotency-Key: open-user-4711-$$")
id=$(printf '%s' "$opened" | sed 's/^{"id":"\([A-Z0-9]*\)".*/\1/')

# Sent again with the same id, this is stored once and answered the same.
post "/conversations/$id/messages" '{"id":"m-1","text":"I uploaded the wrong document, please cancel my review"}'
echo

# Everything after the greeting; with wait, a call waits until there is something.
call "$api/conversations/$id/messages?after=1&wait=5"
echo

# A person, please.
post "/conversations/$id/handoff" '{}'
echo
