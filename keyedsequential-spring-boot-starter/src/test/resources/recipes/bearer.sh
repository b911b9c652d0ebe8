# snippet: curl
base=${base:-http://localhost:8080}

curl -sS -H "Authorization: Bearer $token" "$base/actuator/keyedatoms/mail"
curl -sS -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -d '{"action":"pause"}' "$base/actuator/keyedatoms/mail"
# end: curl
