# The official image with the OCA addons and ours.
FROM odoo:19.0

USER root
COPY requirements.txt requirements-oca.txt /opt/conciergerie/
# Into a folder of their own, by one call: OCA's packages share one namespace. The
# image has Odoo's own requirements; the three that OCA adds are taken from the pins.
RUN grep '^odoo-addon-' /opt/conciergerie/requirements-oca.txt > /tmp/oca.txt \
    && grep -iE '^(unidecode|xlrd|xlsxwriter)==' /opt/conciergerie/requirements.txt \
        > /tmp/more.txt \
    && pip3 install --no-cache-dir --no-deps --target /opt/oca -r /tmp/oca.txt \
    && pip3 install --no-cache-dir --no-deps --break-system-packages -r /tmp/more.txt \
    && rm /tmp/oca.txt /tmp/more.txt
COPY addons /opt/conciergerie/addons
COPY bin/lib/setup_db.py bin/lib/backup.py /opt/conciergerie/bin/lib/
COPY config /opt/conciergerie/config
COPY --chmod=755 docker/entrypoint.sh /opt/conciergerie/entrypoint.sh
USER odoo
ENTRYPOINT ["/opt/conciergerie/entrypoint.sh"]
CMD ["serve"]
