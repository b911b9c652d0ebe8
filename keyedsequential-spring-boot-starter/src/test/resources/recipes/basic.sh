# snippet: curl
base=${base:-http://localhost:8080}
token() { awk '$6 == "XSRF-TOKEN" { print $7 }' cookies; }

curl -sS -u "operator:$password" -c cookies "$base/actuator/keyedatoms/mail"
curl -sS -u "operator:$password" -b cookies -H "X-XSRF-TOKEN: $(token)" -H 'Content-Type: application/json' \
    -d '{"action":"pause"}' "$base/actuator/keyedatoms/mail"
# end: curl
