# Paths, services and their order, shared by the product's scripts. Sourced, never run; needs messages.sh.
#
# MAAS_HOME (.maas) has all state; MAAS_BUILD (release) is the build that runs; MAAS_PORT (8080) is the address, and the
# next five ports belong to the relay, the dispatcher's operations, the cluster, and the operations (health, metrics) of
# gateway and relay. MAAS_PORT=0 finds free ones.

root=$(dirname "$scripts")
home=$(realpath -m "${MAAS_HOME:-$root/.maas}")
build=${MAAS_BUILD:-release}
# A debug build of the product is linked differently from the tests' debug build, and cannot share its files.
scratch=$root/.build
[ "$build" = release ] || scratch=$root/.build/product
programs=$scratch/$build
configuration=${MAAS_CONFIGURATION:-$root/services.yaml}

# In start order; they stop in reverse order.
services='local-cluster dispatcher progress-relay api-gateway'

# The settings: secrets are created once, and ports are kept from the last start.
load_product_settings() {
    api_key='' event_secret='' cluster_token='' webhook_key=''
    gateway_port='' relay_port='' dispatcher_port='' cluster_port='' gateway_operations_port='' relay_operations_port=''
    [ ! -e "$home/product.settings" ] || . "$home/product.settings"
}

is_anything_running() {
    local service
    for service in $services; do
        if service_is_supervised "$home" "$service"; then return; fi
    done
    return 1
}

# probe_product SERVICE: whether it is ready.
probe_product() {
    case $1 in
    local-cluster)
        printf 'header = "Authorization: Bearer %s"\n' "$cluster_token" |
            ask_loopback --config - --fail --cacert "$home/cluster.crt" "https://127.0.0.1:$cluster_port/readyz"
        ;;
    dispatcher) probe_ready "$dispatcher_port" ;;
    progress-relay) probe_ready "$relay_port" ;;
    api-gateway) probe_ready "$gateway_port" ;;
    esac
}

probe_ready() { ask_loopback --fail "http://127.0.0.1:$1/readyz"; }
