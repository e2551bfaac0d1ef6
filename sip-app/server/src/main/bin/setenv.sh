#!/bin/sh
# Sourced by catalina.sh. Where the server listens; the address must be a numeric one of this machine, not 0.0.0.0,
# because the container writes it into Via headers. Options given in CATALINA_OPTS come later and win.
MIRROR_ADDRESS=${MIRROR_ADDRESS:-127.0.0.1}
MIRROR_SIP_PORT=${MIRROR_SIP_PORT:-5080}
MIRROR_HTTP_PORT=${MIRROR_HTTP_PORT:-8080}

# A name server that does not answer holds a SIP thread for a second, instead of ten, for each name in a Route or Via header.
export RES_OPTIONS="${RES_OPTIONS:-timeout:1 attempts:1}"

# G1 also on a machine with one processor, where Java would take the collector that stops everything for seconds;
# unless another is asked for, as Java takes only one. What a SIP transaction holds is dropped at once or stays for 32 s:
# so it is copied once, and a small young generation keeps the pauses short.
case "$CATALINA_OPTS" in
  *-XX:+Use*GC*) COLLECTOR= ;;
  *) COLLECTOR="-XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:MaxTenuringThreshold=1 -XX:+UnlockExperimentalVMOptions -XX:G1NewSizePercent=1" ;;
esac

CATALINA_OPTS="$COLLECTOR -Dmirror.address=$MIRROR_ADDRESS -Dmirror.sip.port=$MIRROR_SIP_PORT -Dmirror.http.port=$MIRROR_HTTP_PORT \
-Djava.net.preferIPv4Stack=true \
-Djavax.servlet.sip.ar.spi.SipApplicationRouterProvider=org.mobicents.servlet.sip.router.DefaultApplicationRouterProvider \
-Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true $CATALINA_OPTS"
