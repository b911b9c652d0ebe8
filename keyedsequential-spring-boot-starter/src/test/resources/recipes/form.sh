# snippet: curl
base=${base:-http://localhost:8080}
token() { awk '$6 == "XSRF-TOKEN" { print $7 }' cookies; } # another one after the sign-in

curl -sS -o /dev/null -c cookies "$base/login"
curl -sS -o /dev/null -b cookies -c cookies -H "X-XSRF-TOKEN: $(token)" \
    -d username=operator --data-urlencode "password=$password" "$base/login"

curl -sS -b cookies -c cookies "$base/actuator/keyedatoms/mail"
curl -sS -b cookies -H "X-XSRF-TOKEN: $(token)" -H 'Content-Type: application/json' \
    -d '{"action":"pause"}' "$base/actuator/keyedatoms/mail"
# end: curl
