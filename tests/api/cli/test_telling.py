"""`dermis worker` tells webhooks of what is published."""

import os
import subprocess
import sys

from api.settings import Settings
from content import subscribing
from content.library import Library
from content.subscribing import EndpointDraft
from tests.building import EDITOR, a_live_article
from tests.receiving import receiver


def test_a_worker_tells_receivers_of_what_is_published(
    settings: Settings, library: Library
) -> None:
    environment = {
        **os.environ,
        "DERMIS_HOME": str(settings.home),
        "DERMIS_SECRET_KEY": "s" * 32,
        "DERMIS_WEBHOOK_NETWORKS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "api.cli", "worker", "--until-input-ends"]
    with receiver() as hook:
        with library.writing(EDITOR) as work:
            subscribing.create_endpoint(work, EndpointDraft("A site", hook.url))
        first = a_live_article(library, "First")
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as worker:
            hook.wait_for(1, seconds=60)
            second = a_live_article(library, "Second")
            hook.wait_for(2, seconds=60)
            worker.communicate()
        assert worker.returncode == 0
    assert [each.told for each in hook.received] == [(1, first.id), (2, second.id)]
