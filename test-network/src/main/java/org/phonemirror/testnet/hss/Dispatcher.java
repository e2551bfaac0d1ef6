package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.function.BiConsumer;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.NetworkReqListener;
import org.jdiameter.api.Request;
import org.jdiameter.api.ResultCode;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request to its command, and makes the answer. */
final class Dispatcher implements NetworkReqListener {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private final HssConfig config;
  private final Map<Key, Command> commands;
  private final BiConsumer<String, String> route;

  /**
   * Makes a dispatcher.
   *
   * @param route hears who asked, and by which peer
   */
  Dispatcher(HssConfig config, Map<Key, Command> commands, BiConsumer<String, String> route) {
    this.route = route;
    this.config = config;
    this.commands = Map.copyOf(commands);
  }

  /** Command codes mean nothing without their application. */
  record Key(long application, int command) {}

  @Override
  public Answer processRequest(Request request) {
    Command command = commands.get(new Key(request.getApplicationId(), request.getCommandCode()));
    if (command == null) {
      log.warn(
          "command {} of application {} is not supported",
          request.getCommandCode(),
          request.getApplicationId());
      return answer(request, new Result(ResultCode.COMMAND_UNSUPPORTED, false));
    }
    Answer answer = request.createAnswer();
    try {
      KnownAvps.check(request.getAvps());
      RequestReader reader = new RequestReader(request.getAvps());
      String origin = reader.originHost();
      DiameterNode.previousHop(request).ifPresent(peer -> route.accept(origin, peer));
      Result result = command.answer(reader, answer.getAvps());
      log.debug("command {} answered {}", request.getCommandCode(), result);
      Answers.complete(answer, config.host(), config.realm(), result);
      return answer;
    } catch (DiameterFault fault) {
      log.info("command {} refused: {}", request.getCommandCode(), fault.getMessage());
      Answer refusal = answer(request, fault.result());
      refusal.getAvps().addAvp(Avp.ERROR_MESSAGE, fault.getMessage(), false);
      fault.failed().ifPresent(failed -> addFailed(refusal.getAvps(), failed));
      return refusal;
    } catch (RuntimeException e) {
      log.error("command {} failed", request.getCommandCode(), e);
      return answer(request, new Result(ResultCode.UNABLE_TO_COMPLY, false));
    }
  }

  private Answer answer(Request request, Result result) {
    Answer answer = request.createAnswer();
    Answers.complete(answer, config.host(), config.realm(), result);
    return answer;
  }

  private static void addFailed(AvpSet answer, DiameterFault.FailedAvp failed) {
    AvpSet group = Avps.addGroup(answer, Avp.FAILED_AVP, Avps.BASE);
    Avps.add(group, failed.code(), failed.vendor(), failed.data());
  }
}
