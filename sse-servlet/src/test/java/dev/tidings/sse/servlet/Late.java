package dev.tidings.sse.servlet;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An object of a class that is there at run time only, since the tests are compiled against one container. */
record Late(@Nullable Object target) {

    static Late create(String className) {
        try {
            return new Late(Class.forName(className).getConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(className + " is not on the class path", e);
        }
    }

    /** Calls the public method of that name that takes as many arguments of these types. */
    Late call(String name, @Nullable Object... arguments) {
        Method method = Arrays.stream(target.getClass().getMethods())
                .filter(candidate -> candidate.getName().equals(name) && takes(candidate, arguments))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(target.getClass() + " has no " + name));
        try {
            return new Late(method.invoke(target, arguments));
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name + " failed", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns an implementation of an interface that has one method with one parameter. */
    static Object listener(String interfaceName, Consumer<Object> action) {
        try {
            Class<?> type = Class.forName(interfaceName);
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                action.accept(arguments[0]);
                return null;
            });
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(interfaceName + " is not on the class path", e);
        }
    }

    private static boolean takes(Method method, @Nullable Object[] arguments) {
        Class<?>[] types = method.getParameterTypes();
        boolean fits = types.length == arguments.length;
        for (int i = 0; fits && i < types.length; i++) {
            fits = arguments[i] == null
                    ? !types[i].isPrimitive()
                    : types[i].isPrimitive() || types[i].isInstance(arguments[i]);
        }
        return fits;
    }
}
