package org.phonemirror.apk;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Dalvik's instructions do not tell whether a static method is an interface's, and dex2jar takes it
 * for a class's; a Java virtual machine refuses that (JVMS §5.4.3.3).
 */
final class InterfaceCalls {
  private final Set<String> interfaces = new HashSet<>();
  private final Set<String> others = new HashSet<>();

  /** Notes whether a class file is an interface. */
  void learn(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    boolean isInterface = (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0;
    (isInterface ? interfaces : others).add(reader.getClassName());
  }

  /** The same class file with its calls as they have to be. All others have to be known before. */
  byte[] mended(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(0);
    reader.accept(new Mending(writer), 0);
    return writer.toByteArray();
  }

  /** By internal name; of the platform as this Java has it. */
  private boolean isInterface(String name) {
    if (!interfaces.contains(name) && !others.contains(name)) {
      boolean known = name.startsWith("java/") && isInterfaceOfJava(name.replace('/', '.'));
      (known ? interfaces : others).add(name);
    }
    return interfaces.contains(name);
  }

  private static boolean isInterfaceOfJava(String name) {
    try {
      return Class.forName(name, false, ClassLoader.getPlatformClassLoader()).isInterface();
    } catch (ClassNotFoundException e) {
      return false; // Android's own
    }
  }

  private final class Mending extends ClassVisitor {
    Mending(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(
          Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String type, boolean isInterfaces) {
          boolean direct = opcode == Opcodes.INVOKESTATIC || opcode == Opcodes.INVOKESPECIAL;
          boolean mended = isInterfaces || (direct && isInterface(owner));
          super.visitMethodInsn(opcode, owner, called, type, mended);
        }
      };
    }
  }
}
